import { R2Error } from "./r2-error";
import type { StoredObject } from "./stored-object";

/** One entity tag of a condition. */
export interface EtagCondition {
  type: "strong" | "weak" | "wildcard";
  value?: string;
}

/** Conditions on an object, of the S3 API's headers or of the Workers API's `onlyIf`. */
export interface Conditions {
  etagMatches?: EtagCondition[];
  etagDoesNotMatch?: EtagCondition[];
  /** Milliseconds since 1970. */
  uploadedBefore?: number;
  /** Milliseconds since 1970. */
  uploadedAfter?: number;
  /** HTTP's dates have whole seconds: compare so. */
  secondsGranularity?: boolean;
}

/** What failed: a read then says "not modified" for the second kind, and every write is refused. */
export type ConditionFailure = "precondition" | "not-modified";

/**
 * RFC 9110, section 13.2.2: a match of the entity tag decides over the date beside it.
 *
 * @param object undefined when there is none
 */
export function failedCondition(
  conditions: Conditions | undefined,
  object: Pick<StoredObject, "etag" | "uploaded"> | undefined,
): ConditionFailure | undefined {
  if (conditions === undefined) return undefined;
  const { etagMatches, etagDoesNotMatch, uploadedBefore, uploadedAfter, secondsGranularity } = conditions;
  if (object === undefined) return etagMatches !== undefined || uploadedAfter !== undefined ? "precondition" : undefined;
  const seconds = (time: number) => (secondsGranularity ? Math.floor(time / 1000) * 1000 : time);
  const uploaded = seconds(object.uploaded);
  if (etagMatches !== undefined) {
    if (!includes(etagMatches, object.etag, false)) return "precondition";
  } else if (uploadedBefore !== undefined && uploaded > seconds(uploadedBefore)) return "precondition";
  if (etagDoesNotMatch !== undefined) {
    if (includes(etagDoesNotMatch, object.etag, true)) return "not-modified";
  } else if (uploadedAfter !== undefined && uploaded <= seconds(uploadedAfter)) return "not-modified";
  return undefined;
}

/** @throws PreconditionFailed */
export function requireConditions(conditions: Conditions | undefined, object: StoredObject | undefined): void {
  if (failedCondition(conditions, object) !== undefined) throw new R2Error("PreconditionFailed");
}

function includes(tags: readonly EtagCondition[], etag: string, weakly: boolean): boolean {
  return tags.some(({ type, value }) => type === "wildcard" || (value === etag && (type === "strong" || weakly)));
}
