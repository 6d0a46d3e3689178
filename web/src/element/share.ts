/** The share sheet of the device, where it has one. */

/** Whether there is a share sheet. On a desktop it is more in the way than of use. */
export function canShare(): boolean {
  return typeof navigator.share === "function" && matchMedia("(pointer: coarse)").matches;
}

/** Hand a text to another application. Whoever dismisses the sheet is not told of an error. */
export async function shareText(title: string, text: string | null): Promise<void> {
  if (!text) return;
  await navigator.share({ title, text }).catch(() => undefined);
}
