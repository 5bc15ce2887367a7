import { drillKeys } from "../../../config/drill-keys";
import type { Facts } from "../facts";
import { done, judged, open, unreadable, type Finding, type Prerequisite } from "../prerequisite";
import type { FoundKit, KitContent } from "../recovery";

/** For the day on which prod is lost: what must be in every clone, or at hand, before it. */
export const recovery: readonly Prerequisite[] = [
  {
    id: "recovery-kit",
    system: "Disaster recovery",
    title: "Make the recovery kit, prove that it opens, commit it",
    why: "section 4.2, procedure C: with prod's Google project, database and state lost, it alone tells where the backups are, and opens them; it is encrypted, so it may be in every clone",
    how: "npx chisan dr kit --cloud (each `up` of prod renews it as well); BACKUP_IDENTITY=<chisan-dr's private key> npx chisan dr kit --check --cloud; git add recovery/prod.kit.age, and commit. There is no date on which it must be renewed: it says the same until something of prod changes",
    read: "`recovery/prod.kit.age` in this clone and in git; with BACKUP_IDENTITY in the environment, what it says against the stack's file and state",
    stacks: ["prod"],
    urgent: true,
    async check(facts) {
      const read = await facts.recoveryKit();
      return "value" in read ? judgeKit(read.value, facts) : unreadable(read.unreadable);
    },
  },
  {
    id: "recovery-key",
    system: "Disaster recovery",
    title: "Encrypt prod's backups for chisan-dr's key too",
    why: "section 4.2, procedure C: chisan-dr opens prod's backups and its recovery kit with a private key of its own; without it they are bytes",
    how: "age-keygen; the private key: pulumi config set chisan:backupIdentity --secret --stack chisan-dr, and a copy offline; the public one into chisan:backupRecipients of chisan-dr and of prod (pulumi config set --path 'chisan:backupRecipients[1]' <age1…> --stack prod); npx chisan up prod --cloud; commit both files and the kit",
    read: "`chisan:backupRecipients` of both stacks; with BACKUP_IDENTITY in the environment, its public half",
    stacks: ["prod"],
    urgent: true,
    check({ setting, backupKey, substituteRecipients }) {
      const prods = listed(setting("backupRecipients"));
      if (prods.length === 0) return open("not set: chisan:backupRecipients of prod");
      if (backupKey !== undefined) return prods.includes(backupKey) ? done("the private key in BACKUP_IDENTITY opens what prod encrypts") : open("the private key in BACKUP_IDENTITY opens nothing of prod's: its public half is not in chisan:backupRecipients of prod");
      if (!("value" in substituteRecipients)) return unreadable(substituteRecipients.unreadable);
      const substitutes = listed(substituteRecipients.value);
      if (substitutes.length === 0) return open("not set: chisan:backupRecipients of chisan-dr");
      if (!prods.some((key) => substitutes.includes(key))) return open("none of chisan-dr's keys is in chisan:backupRecipients of prod: chisan-dr could open none of its backups");
      return unreadable("the two stacks have a key in common; whether chisan-dr's private key belongs to it, tells BACKUP_IDENTITY=… npx chisan doctor --cloud --stack prod");
    },
  },
  {
    id: "drill-credentials",
    system: "Disaster recovery",
    title: "Give the quarterly drill what makes and destroys chisan-dr",
    why: "section 3.4: the drill stands chisan-dr up from prod's newest export; it has chisan-dr's credentials and none of prod's, and the account that it deploys as is made by hand, because each drill destroys those of the stack",
    how: "in chisan-dr's Google project: gcloud iam service-accounts create drill-deployer --project <chisan-dr's project>, with roles/owner there; for the account chisan-prod-drill@<prod's project>.iam.gserviceaccount.com: roles/iam.serviceAccountTokenCreator on drill-deployer, roles/storage.objectAdmin on the bucket of chisan-dr's state, roles/cloudkms.cryptoKeyEncrypterDecrypter on the key of its secrets; tokens of Cloudflare, Vercel and Supabase for chisan-dr (docs/real-cloud.md, step 2); then pulumi config set chisan:drillDeployer <e-mail address> --stack prod, chisan:drillStateBackend gs://<bucket>, and with --secret chisan:drillCloudflareToken, chisan:drillVercelToken, chisan:drillSupabaseToken; npx chisan up prod --cloud",
    read: "the five keys in the stack's configuration; the grants cannot be read from here",
    stacks: ["prod"],
    check({ isSet }) {
      const unset = drillKeys.filter((key) => !isSet(key));
      return unset.length === 0 ? done("the drill has its account, its state's place and its tokens") : open(`not set: ${unset.map((key) => `chisan:${key}`).join(", ")}: the quarterly drill cannot make chisan-dr`);
    },
  },
  {
    id: "report-signer",
    system: "Disaster recovery",
    title: "Commit the public key of the drills' reports",
    why: "section 4.4: a drill's report counts when anybody can tell that the quarterly job wrote it; the private half is made by the stack and read by that job alone",
    how: "npx chisan up prod --cloud writes it into recovery/report-signers/ when it is not there; git add recovery/report-signers, and commit. Keep those of before: they verify the old reports",
    read: "the stack's output `reportSigner`, and the files of `recovery/report-signers/`",
    stacks: ["prod"],
    check: ({ resources, reportSigners }) =>
      judged(resources, (all) => {
        if (!("value" in reportSigners)) return unreadable(reportSigners.unreadable);
        const signer = all.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.["reportSigner"];
        if (typeof signer !== "string") return unreadable("the stack's state names no signer yet: npx chisan up prod --cloud");
        return reportSigners.value.some((pem) => pem.trim() === signer.trim()) ? done("the stack's signer is in recovery/report-signers/") : open("the stack's signer is not in recovery/report-signers/: npx chisan dr report --verify would know none of its reports");
      }),
  },
];

function judgeKit(found: FoundKit, facts: Facts): Finding | Promise<Finding> {
  switch (found.state) {
    case "missing":
      return open("there is no recovery/prod.kit.age: if prod is lost now, nothing tells where its backups are");
    case "refused":
      return open(found.because);
    case "closed":
      return found.uncommitted ? open(notCommitted) : unreadable("it is there and committed; whether it opens, tells BACKUP_IDENTITY=… npx chisan dr kit --check --cloud");
    case "opened":
      return found.uncommitted ? open(notCommitted) : judgeContent(found.content, facts);
  }
}

const notCommitted = "recovery/prod.kit.age is not committed: no other clone has it";

/** What the kit says against what the stack's file and state say now. */
async function judgeContent(content: KitContent, { setting, resources }: Facts): Promise<Finding> {
  const { recipients, hasEncryptionKey } = content;
  if (!hasEncryptionKey) return open("the kit is of an earlier version, without the key that columns are encrypted with: npx chisan dr kit --cloud");
  const configured = listed(setting("backupRecipients"));
  if (configured.length > 0 && !sameSet(recipients, configured)) return open("the kit is encrypted for other keys than chisan:backupRecipients has now: npx chisan dr kit --cloud");
  for (const [key, value] of [["cloudflareAccountId", content.cloudflareAccountId], ["cloudflareZoneId", content.zoneId], ["apiImage", content.apiImage]] as const) {
    const now = setting(key);
    if (now !== undefined && now !== value) return open(`the kit has another ${key} than chisan:${key} says now: npx chisan dr kit --cloud`);
  }
  return judged(resources, (all) => {
    const project = all.find(({ type }) => type === "supabase:index/project:Project")?.outputs?.["id"];
    if (project !== undefined && project !== content.supabaseProject) return open("the kit has another Supabase project than the state: npx chisan dr kit --cloud");
    return done("it opens with BACKUP_IDENTITY, and says what the stack says; whether its keys are accepted, tells npx chisan dr kit --check --cloud");
  });
}

function listed(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}
