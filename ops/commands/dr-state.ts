import { Option, type Command } from "commander";
import { cloudStacks } from "../../config/stack-configuration-keys";
import { ObjectStore } from "../backup/object-store/object-store";
import { openConnections } from "../connections/stack-connections";
import type { KitStack } from "../dr/kit/kit";
import { kitBackups } from "../dr/kit/kit-access";
import { openKitWith } from "../dr/kit/open-kit";
import { keepState } from "../dr/state/keep-state";
import { restoreState, savedStates } from "../dr/state/saved-states";
import { chooseTarget } from "../engine/target";
import { table } from "../output/table";

interface StateOptions {
  readonly stack: KitStack;
  readonly kit?: string;
  readonly id?: string;
  readonly cloud?: boolean;
  readonly json?: boolean;
}

/** `chisan dr state …`: copies of a stack's Pulumi state, for when its backend is lost. */
export function addDrState(group: Command): void {
  const state = group.command("state").description("copies of a stack's Pulumi state, encrypted, in the bucket of its backups");
  withOptions(state.command("save").description("save the state as it is; after each `up`")).action(save);
  withKit(withOptions(state.command("list").description("list the copies, through the recovery kit: the state is not asked"))).action(list);
  withKit(withOptions(state.command("restore").description("make a copy the state of a stack whose state is lost; nothing at the vendors is touched")))
    .option("--id <id>", "another copy than the newest")
    .action(restore);
}

function withOptions(command: Command): Command {
  return command
    .addOption(new Option("--stack <stack>", "whose state").choices(cloudStacks).makeOptionMandatory())
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces");
}

function withKit(command: Command): Command {
  return command.option("--kit <file>", "the recovery kit, where it is another file than the usual one");
}

const isCloud = ({ cloud }: StateOptions): boolean => cloud === true || process.env["CHISAN_TARGET"] === "cloud";

async function save(options: StateOptions): Promise<void> {
  const { stack } = options;
  const saved = await keepState(stack, isCloud(options));
  print(options, { stack, ...saved }, `The state of ${stack} is saved: ${saved.id}, ${saved.resources} resources, ${saved.bytes} bytes, locked`);
}

async function list(options: StateOptions): Promise<void> {
  const { stack } = options;
  const copies = await throughKit(options, (store) => savedStates(stack, store));
  const words = copies.length === 0 ? `There is no copy of the state of ${stack}; while its state lives: npx chisan dr state save --stack ${stack}${isCloud(options) ? " --cloud" : ""}` : table([["Copy", "Bytes"], ...copies.map(({ id, bytes }) => [id, String(bytes)])]);
  print(options, { stack, copies }, words);
}

async function restore(options: StateOptions): Promise<void> {
  const { stack, id } = options;
  const cloud = isCloud(options);
  const target = await chooseTarget(stack, cloud, "state");
  const identity = await openConnections(stack, cloud).backupIdentity();
  const restored = await throughKit(options, (store) => restoreState(stack, target, identity, store, id));
  print(
    options,
    { stack, ...restored },
    `The state of ${stack} is that of ${restored.id}: ${restored.resources} resources. What was changed since it does not know: npx chisan refresh ${stack}, then npx chisan preview ${stack} must show nothing`,
  );
}

/** With the reader's key of the kit. BACKUP_IDENTITY or the stack's configuration opens it, which lies in the repository: the state is not asked. */
async function throughKit<T>(options: StateOptions, work: (store: ObjectStore) => Promise<T>): Promise<T> {
  const { stack, kit } = options;
  const cloud = isCloud(options);
  const store = new ObjectStore(await kitBackups(await openKitWith(() => openConnections(stack, cloud).backupIdentity(), { cloud, stack, ...(kit === undefined ? {} : { file: kit }) }), cloud));
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

function print({ json }: StateOptions, result: object, words: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(result)}\n` : `${words}\n`);
}
