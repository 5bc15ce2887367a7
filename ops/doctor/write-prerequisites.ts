/** Writes docs/prerequisites.md. Run: npm run docs */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../sandbox/control/paths";
import { renderPrerequisites } from "./prerequisites-docs";

writeFileSync(join(repositoryRoot, "docs", "prerequisites.md"), renderPrerequisites());
