import { palettes } from "./style";

/** The ratio of two colours' luminance, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe.each(["light", "dark"] as const)("%s", (mode) => {
  const { paper, panel, cluster, text, note, line, vendors } = palettes[mode];

  test("text is readable on everything it is written on (4.5, WCAG AA)", () => {
    const grounds = [paper, panel, cluster, ...Object.values(vendors).map(({ fill }) => fill)];
    for (const ground of grounds) for (const colour of [text, note]) expect([colour, ground, contrast(colour, ground) >= 4.5]).toEqual([colour, ground, true]);
  });

  test("lines are seen (3, WCAG AA for graphics), and the vendors' bars, which repeat what is written (2.5)", () => {
    for (const ground of [paper, panel, cluster]) expect([ground, contrast(line, ground) >= 3]).toEqual([ground, true]);
    for (const [vendor, { fill, edge }] of Object.entries(vendors)) expect([vendor, contrast(edge, panel) >= 2.5 && contrast(edge, fill) >= 2.5]).toEqual([vendor, true]);
  });
});
