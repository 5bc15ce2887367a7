/** An S3 endpoint as a process of its own, for tests that kill it: prints where it listens, and keeps its objects in the folder given. */
import { startTestObjectStore } from "../../../../sandbox/services/r2/testing";

async function main(): Promise<void> {
  const { url: endpoint, bucket, writer, reader } = await startTestObjectStore({ directory: process.argv[2] });
  process.stdout.write(`${JSON.stringify({ endpoint, bucket, writer, reader })}\n`);
  // Whoever started it is gone.
  process.stdin.on("end", () => process.exit(0)).resume();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
