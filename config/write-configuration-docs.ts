/** Writes docs/configuration.md. Run: npm run docs */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderConfigurationDocs } from "./configuration-docs";

writeFileSync(join(__dirname, "..", "docs", "configuration.md"), renderConfigurationDocs());
