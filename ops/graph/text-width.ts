/**
 * How wide a text is in Arial, in points at most: widths of its characters in thousandths of the size, rounded up (Adobe's metrics of
 * Helvetica, which Arial copies). Bold is up to a tenth wider.
 */
export function textWidth(text: string, size: number, bold = false): number {
  const thousandths = [...text].reduce((sum, character) => sum + widthOf(character), 0);
  return (thousandths / 1000) * size * (bold ? 1.1 : 1);
}

function widthOf(character: string): number {
  if (/[ijl.,:;|'! ]/.test(character)) return 280;
  if (/[ftrI()\-/]/.test(character)) return 340;
  if (/[mMW@]/.test(character)) return 950;
  if (/[wA-Z]/.test(character)) return 730;
  if (/[ -~]/.test(character)) return 560;
  return 1000;
}
