/** Where the picture of an <img>, <canvas> or <video> lies in its box: what object-fit and object-position make of it. Pure. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The picture's place in its content box, in CSS pixels, and how many of them one of its own pixels takes. */
export interface PictureBox {
  readonly x: number;
  readonly y: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

/** Place a picture of that size, not empty, as CSS does. `position` is the computed object-position. */
export function placePicture(box: Size, picture: Size, fit: string, position: string): PictureBox {
  const fillX = box.width / picture.width;
  const fillY = box.height / picture.height;
  const contain = Math.min(fillX, fillY);
  const uniform: Readonly<Record<string, number>> = {
    contain,
    cover: Math.max(fillX, fillY),
    none: 1,
    "scale-down": Math.min(1, contain),
  };
  const scale = uniform[fit];
  const [scaleX, scaleY] = scale === undefined ? [fillX, fillY] : [scale, scale];
  const [left = "50%", top = "50%"] = position.split(" ");
  return {
    x: offset(left, box.width - picture.width * scaleX),
    y: offset(top, box.height - picture.height * scaleY),
    scaleX,
    scaleY,
  };
}

/** A percentage is one of the room that is left; what is not understood counts as the middle. */
function offset(value: string, room: number): number {
  const number = Number.parseFloat(value);
  if (Number.isNaN(number)) return room / 2;
  return value.endsWith("%") ? (number / 100) * room : number;
}
