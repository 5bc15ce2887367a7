/**
 * Compares the default pairs and keeps the result; a process of its own beside a policy pack's, which must not load the programs (parity.ts).
 * Run: node --require ./toolchain/typescript.cjs ops/parity/beside.ts
 */
import { defaultPairs, parityOfPrograms } from "./parity";

parityOfPrograms(defaultPairs).then(
  () => undefined,
  (error: unknown) => {
    process.stderr.write(`${(error instanceof Error ? error.message : String(error)).split("\n")[0]}\n`);
    process.exitCode = 1;
  },
);
