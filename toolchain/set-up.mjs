/** `npm run setup`: packages, engine and SDKs, and nothing more. */
import { fail } from "./setup/report.mjs";
import { setUp } from "./setup/setup.mjs";

await setUp().catch(fail);
