import { apiKeysOf, callGateway, readFileAsApi, s3Client, type ApiKeys } from "./api-of-stack";
import type { Course, Scenario } from "./scenario";
import type { ScenarioSandbox } from "./scenario-sandbox";
import { answerOf, keysIn } from "./stolen-key";
import { visit } from "./visitor";

const stack = "staging";
const file = "rotation/document.txt";
const rotated = ["JWT_SECRET", "R2_API_TOKEN", "FILES_GATEWAY_SECRET"];

/** Secrets of the API leak; the service must not stop for their rotation (section 2.4). */
export const secretLeaked: Scenario = {
  name: "secret-leaked",
  title: "Secrets of the API are leaked",
  row: "Security breach",
  severity: "Critical",
  likelihood: "Low",
  procedure: "Incident response plan",
  runbook: "secret-leaked.md",
  notRehearsed: "the tokens of vendors and the backups' private key: the page says how they are replaced",
  stack,
  objective: { seconds: 3600, source: "section 2.4: none is given, an hour is ours" },
  async run(course) {
    const { sandbox, happened, expect, noticed, recovered } = course;
    const leaked = apiKeysOf(sandbox, stack);
    const { backupsWriter, backupsBucket, databaseUrl } = await sandbox.outputs(stack);
    expect("the service worked before", (await serviceProblem(sandbox, leaked)) === undefined, await serviceProblem(sandbox, leaked));
    happened(`${rotated.join(", ")} and DATABASE_URL of the API, and with R2_API_TOKEN also the keys of the backups, were found where they must not be`);

    noticed();
    const service = watchService(sandbox);
    try {
      await sandbox.runbook("secret-leaked.md", ["1.", "2."]);
      const between = apiKeysOf(sandbox, stack);
      expect("with both generations active, the service has new secrets", differ(leaked, between).length === 3, `new: ${differ(leaked, between).join(", ") || "none"}`);
      expect("with both generations active, an instance with the old ones still works", (await serviceProblem(sandbox, leaked)) === undefined, await serviceProblem(sandbox, leaked));
      await sandbox.runbook("secret-leaked.md", ["1.", "3."]);
    } finally {
      await service.stop();
    }
    await sandbox.runbook("secret-leaked.md", ["1.", "4."]);
    recovered();
    const refused = await sandbox.database(databaseUrl, async () => "admitted").catch((error: { code?: string }) => error.code ?? "no answer");
    expect("the database refuses the old password", refused === "28P01", refused);
    const served = await visit(sandbox, "api-staging.chisan.app", "/api/smoke?write=1");
    expect("the API works with the new one, on the same data", served.status === 200, served.words);
    await proveRotation(course, leaked, { bucket: backupsBucket, writer: backupsWriter });
    expect(`the service worked at each of ${service.looks()} looks meanwhile`, service.problems().length === 0 && service.looks() > 3, service.problems().slice(0, 3).join("; "));
  },
};

async function proveRotation({ sandbox, expect, lost }: Course, leaked: ApiKeys, backups: { bucket: string; writer: ApiKeys["reader"] }): Promise<void> {
  const now = apiKeysOf(sandbox, stack);
  expect("each leaked secret is replaced", differ(leaked, now).length === 3, `new: ${differ(leaked, now).join(", ") || "none"}`);
  expect("the service works with the new ones", (await serviceProblem(sandbox, now)) === undefined, await serviceProblem(sandbox, now));
  const status = await callGateway(sandbox, stack, leaked.gatewayKey, "PUT", file, "forged");
  expect("the gateway refuses the old signature", status === 403, String(status));
  const endpoint = sandbox.running().s3Url;
  const [reader, writer] = [s3Client(endpoint, leaked.reader), s3Client(endpoint, backups.writer)];
  try {
    const answers = [await answerOf(keysIn(reader, leaked.bucket)), await answerOf(keysIn(writer, backups.bucket))];
    expect("R2 refuses the old keys of files and backups", answers.every((answer) => answer !== "admitted"), answers.join(", "));
  } finally {
    reader.destroy();
    writer.destroy();
  }
  const held = JSON.stringify(sandbox.world().filter(({ type }) => type.startsWith("gcp:secretmanager/secretVersion:")));
  expect("Secret Manager holds the leaked values no more", ![leaked.jwtSecret, leaked.gatewayKey, leaked.reader.secretAccessKey].some((secret) => held.includes(secret)));
  await sandbox.chisan("backup", "run", "--stack", stack, "--kind", "manual");
  expect("a backup can be made with the new keys", true);
  lost("sessions whose tokens were signed with the old JWT_SECRET: those users sign in again");
}

/** The names of what differs. */
function differ(one: ApiKeys, other: ApiKeys): string[] {
  return [
    ...(one.jwtSecret === other.jwtSecret ? [] : ["JWT_SECRET"]),
    ...(one.gatewayKey === other.gatewayKey ? [] : ["FILES_GATEWAY_SECRET"]),
    ...(one.reader.accessKeyId === other.reader.accessKeyId || one.reader.secretAccessKey === other.reader.secretAccessKey ? [] : ["R2_API_TOKEN"]),
  ];
}

/** A file written through the gateway and read from the bucket, as the API does it with these keys. Undefined when it works. */
async function serviceProblem(sandbox: ScenarioSandbox, keys: ApiKeys): Promise<string | undefined> {
  const text = `written ${Math.random()}`;
  try {
    const status = await callGateway(sandbox, stack, keys.gatewayKey, "PUT", file, text);
    if (status !== 200) return `the gateway answered ${status}`;
    const found = await readFileAsApi(sandbox, keys, file);
    return found === text ? undefined : "another content was read than was written";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** Looks twice a second whether the service works, with the secrets that it has at that moment. */
function watchService(sandbox: ScenarioSandbox): { stop(): Promise<void>; problems(): string[]; looks(): number } {
  const problems: string[] = [];
  let [looks, over] = [0, false];
  const done = (async () => {
    while (!over) {
      let problem: string | undefined;
      try {
        problem = await serviceProblem(sandbox, apiKeysOf(sandbox, stack));
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
      looks += 1;
      if (problem !== undefined) problems.push(problem);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  return {
    stop: async () => {
      over = true;
      await done;
    },
    problems: () => problems,
    looks: () => looks,
  };
}
