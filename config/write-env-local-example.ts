/** Writes `.env.local.example` at the root of the repository. Run: npm run docs */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderEnvLocalExample } from "./env-local-example";

writeFileSync(join(__dirname, "..", ".env.local.example"), renderEnvLocalExample());
