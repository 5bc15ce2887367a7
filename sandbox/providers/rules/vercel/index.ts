/** Facts about the types of the Vercel provider, by subject. */
import type { PackageFacts } from "../facts";
import { drainsFacts } from "./drains";
import { environmentFacts } from "./environment";
import { otherFacts } from "./other";
import { projectsFacts } from "./projects";
import { teamsFacts } from "./teams";

export const vercelFacts: PackageFacts = {
  ...drainsFacts,
  ...environmentFacts,
  ...otherFacts,
  ...projectsFacts,
  ...teamsFacts,
};
