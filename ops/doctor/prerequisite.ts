import type { CloudStack } from "../../config/stack-configuration-keys";
import type { Facts, KnownResource, Read } from "./facts";

export type System = "People" | "State" | "Disaster recovery" | "Google Cloud" | "Cloud Monitoring" | "Cloudflare" | "Supabase" | "Vercel" | "GitHub" | "Sentry" | "Checkly";

export type PrerequisiteState = "done" | "open" | "cannot be read";

/** What was found, with the reason in a sentence that holds no secret. */
export interface Finding {
  readonly state: PrerequisiteState;
  readonly because: string;
}

/** Something that a person must do, because no API or provider can. */
export interface Prerequisite {
  /** Lower case with hyphens; never changes. */
  readonly id: string;
  readonly system: System;
  readonly title: string;
  /** Why it is needed, with the section of the operations document where it has one. */
  readonly why: string;
  /** What to click or type, exactly. */
  readonly how: string;
  /** How `doctor` tells whether it is done; for the reader of docs/prerequisites.md. */
  readonly read: string;
  /** Unset: all of them. */
  readonly stacks?: readonly CloudStack[];
  /** Said in capital letters while it is open: somebody would not be reached, or nothing could be brought back. */
  readonly urgent?: true;
  check(facts: Facts): Finding | Promise<Finding>;
}

export const done = (because: string): Finding => ({ state: "done", because });
export const open = (because: string): Finding => ({ state: "open", because });
export const unreadable = (because: string): Finding => ({ state: "cannot be read", because });

/** Judges what was read; what was not read is said to be so. */
export async function judged<T>(read: Read<T> | Promise<Read<T>>, judge: (value: T) => Finding): Promise<Finding> {
  const found = await read;
  return "value" in found ? judge(found.value) : unreadable(found.unreadable);
}

/** Done when the state has a resource that its vendor would have refused otherwise; an absent one proves nothing. */
export function provenBy(facts: Facts, type: RegExp, because: string, matches: (resource: KnownResource) => boolean = () => true): Promise<Finding> {
  return judged(facts.resources, (all) =>
    all.some((resource) => type.test(resource.type) && matches(resource)) ? done(because) : unreadable("nothing in the stack's state proves it yet"),
  );
}
