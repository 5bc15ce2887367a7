/** What other environments are called by: a value that has one of these leads there. */
import { bucketName, environmentSlug, physicalName, type StackName, stackNames } from "../../../config/naming";
import { specifications } from "../../../stacks/specifications";

export interface Foreign {
  readonly stack: StackName;
  readonly text: string;
  readonly pattern: RegExp;
}

/** Hosts, buckets and the beginning of every other name of the other environments in the cloud. */
export function namesOfOthers(stack: string): Foreign[] {
  const mine = names(stack as StackName);
  return stackNames
    .filter((other) => other !== stack && other !== "dev")
    .flatMap((other) => names(other).map((each) => ({ stack: other, text: each, pattern: wholeName(each) })))
    .filter(({ text: each }) => !mine.includes(each));
}

function names(stack: StackName): string[] {
  const slug = environmentSlug(stack);
  const hosts = stackNames.includes(stack) ? [specifications[stack].appHost, specifications[stack].apiHost] : [];
  return [...hosts, bucketName(slug, "files"), bucketName(slug, "files-vault"), bucketName(slug, "backups"), physicalName(slug, "")];
}

/** `chisan-files` is not in `chisan-files-staging`; a name that ends in "-" is the beginning of others. */
function wholeName(name: string): RegExp {
  const escaped = name.replace(/[.]/g, "\\.");
  return new RegExp(`(?<![a-z0-9.-])${escaped}${name.endsWith("-") ? "" : "(?![a-z0-9-]|\\.[a-z0-9])"}`, "i");
}

/** The host of an address; undefined for any other text. */
export function hostOf(value: string): string | undefined {
  return /^[a-z][a-z+.-]*:\/\/(?:[^/@?#]*@)?([^/:?#]+)/i.exec(value)?.[1]?.toLowerCase();
}
