/** Writes docs/configuration.md. Run: npx tsx config/write-configuration-docs.ts */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderConfigurationDocs } from "./configuration-docs";

writeFileSync(join(__dirname, "..", "docs", "configuration.md"), renderConfigurationDocs());
