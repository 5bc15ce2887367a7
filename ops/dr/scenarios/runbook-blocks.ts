/** A runbook's commands, taken from the page itself: what is rehearsed is what people will type. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../sandbox/control/paths";

/** The folder of the pages. */
export const runbooksFolder = "docs/runbooks";

/** The `bash` blocks of one section. */
export interface RunbookSection {
  /** As after `## `. */
  readonly heading: string;
  readonly blocks: readonly string[];
}

/** The sections of a page that have commands, in order. */
export function sectionsOf(text: string): RunbookSection[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => ({ heading: section.split("\n", 1)[0] as string, blocks: [...section.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string) }))
    .filter(({ blocks }) => blocks.length > 0);
}

/**
 * The commands of a page below the headings that begin so, in that order.
 *
 * @throws CHI-H160 when a heading is not there or has no command: the page and the scenario no longer fit
 */
export function blocksOf(page: string, headings: readonly string[]): string[] {
  const sections = sectionsOf(readFileSync(join(repositoryRoot, runbooksFolder, page), "utf8"));
  return headings.flatMap((begins) => {
    const section = sections.find(({ heading }) => heading.startsWith(begins));
    if (section === undefined) throw new Error(`CHI-H160 ${runbooksFolder}/${page} has no commands below "## ${begins}", only below ${sections.map(({ heading }) => `"${heading}"`).join(", ") || "none"}: correct the page or its scenario`);
    return section.blocks;
  });
}
