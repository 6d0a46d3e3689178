/** A PDF whose pages are pictures, as a scanner makes them. */

import { fixture } from "./paths.js";

const SIZE = { width: 230, height: 200 };

/** Return a PDF with `count` pages, each of them note.jpg. */
export function scannedPdf(count = 1): Buffer {
  const { width, height } = SIZE;
  const numbers = Array.from({ length: count }, (_, index) => 5 + index);
  const objects: Buffer[] = [
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from(
      `<< /Type /Pages /Kids [${numbers.map((n) => `${n} 0 R`).join(" ")}] /Count ${count} ` +
        `/MediaBox [0 0 ${width} ${height}] /Resources << /XObject << /I 4 0 R >> >> >>`,
    ),
    stream("", Buffer.from(`${width} 0 0 ${height} 0 0 cm /I Do`)),
    stream(
      `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ` +
        "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
      fixture("note.jpg"),
    ),
    ...numbers.map(() => Buffer.from("<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>")),
  ];
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  const length = (): number => parts.reduce((sum, part) => sum + part.length, 0);
  for (const [index, object] of objects.entries()) {
    offsets.push(length());
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from("\nendobj\n"));
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${length()}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${table}${trailer}`)]);
}

function stream(dictionary: string, data: Buffer): Buffer {
  const head = Buffer.from(`<< ${dictionary} /Length ${data.length} >>\nstream\n`);
  return Buffer.concat([head, data, Buffer.from("\nendstream")]);
}
