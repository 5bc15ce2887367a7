import type { StackResource } from "../framework/policy";
import { dataKeys, holdersOfDataKeys } from "./reading/document";
import { comparer, eachSecret } from "./reading/stack-secrets";

/** A secret of one stack that another has too. Names only. */
export interface SharedSecret {
  readonly first: string;
  readonly second: string;
}

/**
 * The secrets that two environments share (section 2.5: "each environment has own credentials"), for a command that may read the state of both.
 * No policy can do it: the engine shows it one stack. Values are compared as HMACs under a key of this one call, so nothing that could be compared
 * later, or guessed from, is ever written.
 *
 * @param except names that are shared on purpose, of `sharedOnPurpose`
 * @throws UnknownValueError of @pulumi/policy when a value is not known: the state of a finished `up` has none
 */
export function sharedSecrets(
  first: readonly StackResource[],
  second: readonly StackResource[],
  except: readonly string[] = [],
): SharedSecret[] {
  const compare = comparer();
  const names = new Map<string, Set<string>>();
  eachSecret(first, ({ name, value }) => {
    const hash = compare(value);
    names.set(hash, (names.get(hash) ?? new Set()).add(name));
  });
  const shared = new Map<string, SharedSecret>();
  eachSecret(second, ({ name, value }) => {
    for (const other of names.get(compare(value)) ?? []) {
      if (!except.includes(name) || !except.includes(other)) shared.set(`${other} ${name}`, { first: other, second: name });
    }
  });
  return [...shared.values()];
}

/**
 * What two environments share on purpose, by name. Prod and chisan-dr, which takes prod's data over: BACKUP_IDENTITY, with which it opens prod's
 * backups, and the data keys: a key belongs to the data that it encrypts, not to the environment. Any other two share nothing.
 */
export function sharedOnPurpose(pair: readonly string[]): readonly string[] {
  return holdersOfDataKeys.every((stack) => pair.includes(stack)) ? ["BACKUP_IDENTITY", ...dataKeys] : [];
}
