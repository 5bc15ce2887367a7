import { fileStoreNames } from "../../components/file-store-inputs";
import { bucketName, environmentSlug, physicalName, stackNames, type StackName } from "../../config/naming";
import { perEnvironment } from "../../config/parity-manifest";
import { independently, resourcePolicy, type PolicyResource } from "../framework/policy";
import { cloudRunJob, cloudRunService } from "./containers";

/** What reads or copies data: programs, what is bound to them, keys, and rules for buckets. */
const handlers = [
  cloudRunService,
  cloudRunJob,
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "cloudflare:index/accountToken:AccountToken",
  "cloudflare:index/queueConsumer:QueueConsumer",
  "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification",
  "cloudflare:index/workersScript:WorkersScript",
];

const holdsReal = (stack: StackName) => ["real", "restored"].includes(perEnvironment[stack].sampleData);

export const sampleData = resourcePolicy({
  id: "sample-data",
  title: "Nothing outside prod and chisan-dr reads what holds real data",
  severity: "critical",
  section: "1.3",
  why: "staging has an anonymized copy; a program of staging that reads prod's buckets or secrets has the people themselves",
  remediation: "name the environment's own bucket or secret (bucketName and physicalName of config/naming.ts with the environment's slug)",
  types: handlers,
  check: (resource, report, { stack }) => {
    const known = stackNames.find((name) => name === stack);
    if (known !== undefined && holdsReal(known)) return;
    const foreign = stackNames.filter((name) => name !== known && holdsReal(name)).map((name) => ({ name, pattern: namesOf(name) }));
    const said = new Set<string>();
    // A Worker reaches what it is bound to; its program's text is the same in every environment.
    const without = resource.type.endsWith(":WorkersScript") ? "content" : undefined;
    inTexts(resource.props, without, (text) => {
      for (const { name, pattern } of foreign) {
        const [match] = pattern.exec(text) ?? [];
        if (match === undefined || said.has(match)) continue;
        said.add(match);
        report(`it names ${match}, which is ${name}'s; ${stack}'s data: ${known === undefined ? "not in the parity table" : perEnvironment[known].sampleData}`);
      }
    });
  },
});

/** The environment's buckets, and whatever else is named after it. */
function namesOf(stack: StackName): RegExp {
  const slug = environmentSlug(stack);
  const { files, vault } = fileStoreNames({ slug });
  const whole = [files, vault, bucketName(slug, "backups")].map((name) => `${name}(?![A-Za-z0-9-])`);
  return new RegExp(`(?<![A-Za-z0-9-])(?:${[...whole, `${physicalName(slug, "")}[a-z0-9-]+`].join("|")})`);
}

/** Every text in a value but one property's; the unknown ones do not hide the others. */
function inTexts(value: unknown, without: string | undefined, visit: (text: string) => void): void {
  if (typeof value === "string") return visit(value);
  if (typeof value !== "object" || value === null) return;
  independently(
    ...Object.keys(value)
      .filter((key) => key !== without)
      .map((key) => () => {
        visit(key);
        inTexts((value as PolicyResource["props"])[key], undefined, visit);
      }),
  );
}
