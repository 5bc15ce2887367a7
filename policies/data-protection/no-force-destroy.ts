import { resourcePolicy } from "../framework/policy";

/** Properties with which a provider deletes what is inside as well. */
const properties = ["forceDestroy", "deleteContentsOnDestroy", "forceDelete"] as const;
/** The channel goes although alert policies name it; it holds no data. */
const harmless: readonly string[] = ["gcp:monitoring/notificationChannel:NotificationChannel"];

export const noForceDestroy = resourcePolicy({
  id: "no-force-destroy",
  title: "Nothing is deleted together with what it holds",
  severity: "critical",
  section: "3.1",
  why: "a bucket that still has objects refuses to go: that refusal is the last thing between a mistake and the data",
  remediation: "remove the property; empty the bucket by hand first",
  // Any vendor's resource can have it; of the sandbox's schemas only gcp's storage bucket does.
  types: (type) => !harmless.includes(type),
  onlyWith: properties,
  check: ({ type, props }, report) => {
    for (const property of properties) {
      if (property in props && props[property] !== false && props[property] !== undefined)
        report(`${property} is set on a ${type}; allowed: nothing or false`);
    }
  },
});
