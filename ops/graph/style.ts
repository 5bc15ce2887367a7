/** Colours of the picture. Each vendor's are checked for contrast with its text by style.test.ts. */

interface Colours {
  readonly fill: string;
  readonly edge: string;
}

interface Palette {
  readonly paper: string;
  readonly panel: string;
  readonly cluster: string;
  readonly border: string;
  readonly text: string;
  readonly note: string;
  readonly line: string;
  readonly vendors: Readonly<Record<string, Colours>>;
}

export const palettes: Readonly<Record<"light" | "dark", Palette>> = {
  light: {
    paper: "#ffffff",
    panel: "#f6f8fa",
    cluster: "#eceff3",
    border: "#c3ccd6",
    text: "#17202a",
    note: "#4b5563",
    line: "#5b6776",
    vendors: {
      gcp: { fill: "#e3eefd", edge: "#2f6fd6" },
      cloudflare: { fill: "#fdeedc", edge: "#d9730d" },
      vercel: { fill: "#ffffff", edge: "#17202a" },
      supabase: { fill: "#dcf5e8", edge: "#1b9e63" },
      checkly: { fill: "#e0f4f7", edge: "#0d8ba1" },
      sentry: { fill: "#efe6fb", edge: "#7040b8" },
      random: { fill: "#f0f0f0", edge: "#8a8f98" },
      own: { fill: "#fce4ef", edge: "#c2347a" },
      pulumi: { fill: "#fbf6d5", edge: "#a08700" },
      other: { fill: "#f0f0f0", edge: "#555b66" },
    },
  },
  dark: {
    paper: "#0d1117",
    panel: "#161b22",
    cluster: "#1f262f",
    border: "#3d4653",
    text: "#e8edf3",
    note: "#aab4c0",
    line: "#8b96a5",
    vendors: {
      gcp: { fill: "#16294a", edge: "#5b98f5" },
      cloudflare: { fill: "#3f2810", edge: "#f2994a" },
      vercel: { fill: "#000000", edge: "#e8edf3" },
      supabase: { fill: "#103425", edge: "#3ecf8e" },
      checkly: { fill: "#0f343b", edge: "#3fbfd4" },
      sentry: { fill: "#2e1f47", edge: "#b08cf0" },
      random: { fill: "#2a2e35", edge: "#8a8f98" },
      own: { fill: "#43162d", edge: "#f078b0" },
      pulumi: { fill: "#37300b", edge: "#d8bf3a" },
      other: { fill: "#2a2e35", edge: "#aab4c0" },
    },
  },
};

/** The picture's style sheet: light, and dark where the reader's system or browser is. */
export function styleSheet(): string {
  return [
    `text{font-family:Arial,Helvetica,"Liberation Sans",sans-serif}`,
    `.curve{fill:none;stroke-width:1.4}`,
    `.link .curve{stroke-width:2;stroke-dasharray:7 4}`,
    `.bold{font-weight:bold}`,
    `.box rect{stroke-width:1.2}`,
    `.box .under{fill-opacity:.55}`,
    rules(palettes.light),
    `@media (prefers-color-scheme:dark){${rules(palettes.dark)}}`,
  ].join("\n");
}

function rules({ paper, panel, cluster, border, text, note, line, vendors }: Palette): string {
  return [
    `.paper{fill:${paper}}`,
    `.panel{fill:${panel};stroke:${border}}`,
    `.cluster{fill:${cluster};stroke:${border}}`,
    `text{fill:${text}}`,
    `text.note{fill:${note}}`,
    `.curve{stroke:${line}}`,
    `.tip{fill:${line}}`,
    ...Object.entries(vendors).map(([id, { fill, edge }]) => `.${id} rect{fill:${fill};stroke:${edge}}.${id} rect.bar{fill:${edge}}`),
  ].join("");
}
