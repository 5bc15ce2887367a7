/** Replaces one file again and again, until it is killed. */
import { writeAtomically } from "../atomic-file";

const [path = ""] = process.argv.slice(2);
for (let turn = 0; ; turn += 1) {
  writeAtomically(path, String(turn % 10).repeat(2_000_000));
  if (turn === 0) process.stdout.write("begun\n");
}
