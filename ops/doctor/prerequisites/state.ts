import { gcpRegions } from "../../../config/allowed-values";
import { regionCities } from "../../dr/region/region-names";
import { done, judged, open, unreadable, type Prerequisite } from "../prerequisite";

/** Where the state and its key are: before the first `up`. */
export const state: readonly Prerequisite[] = [
  {
    id: "state-backend",
    system: "State",
    title: "Make the state's backend and the key that encrypts its secrets",
    why: "the state names every resource and holds secrets (section 2.5); it must be there before the first `up`, so no `up` can make it",
    how: 'docs/real-cloud.md, step 1: a versioned bucket in another project, a key per stack, PULUMI_BACKEND_URL, and `pulumi stack init <stack> --secrets-provider "gcpkms://…"`',
    read: "PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN, and `secretsprovider` in the stack's file",
    check: (facts) => judged(facts.missingBackend, (missing) => (missing.length === 0 ? done("a backend and a secrets provider are set") : open(missing.join("; ")))),
  },
  {
    id: "state-outside-region",
    system: "State",
    title: "Keep the state's key and bucket outside any single region",
    why: "section 3.3: in an outage of Seoul `chisan dr region` must read the state; a key that is only in the lost region locks it",
    how: "the key ring in the location `asia1` or `global`, the bucket in the multi-region `asia` (gcloud kms keyrings create … --location global; gcloud storage buckets create … --location asia)",
    read: "the location in `secretsprovider`; that of the bucket cannot be read from here",
    check({ secretsProvider, specification }) {
      const location = /^gcpkms:\/\/projects\/[^/]+\/locations\/([^/]+)\//.exec(secretsProvider ?? "")?.[1];
      if (location === undefined) return unreadable("the stack's file names no key of Google's key service");
      const lost = gcpRegions.find((region) => region === location && [specification.gcpRegion, specification.gcpBackupRegion].includes(region));
      if (lost !== undefined) return open(`the key is in ${regionCities[lost]} (${lost}) alone: with that region the state cannot be read`);
      return unreadable(`the key is in ${location}; where the bucket is, look at with gcloud storage buckets describe`);
    },
  },
  {
    id: "state-deployer",
    system: "State",
    title: "Let the deployer of the pipeline use the state and its key",
    why: "section 8.3: every later `up` runs as the deployer, whose roles are in the environment's own project; the bucket and the key are in another, by design",
    how: 'after the first `up` (npx chisan output <stack> deployIdentity --cloud has its e-mail address), in the state\'s project: gcloud storage buckets add-iam-policy-binding gs://<bucket> --member="serviceAccount:<deployer>" --role=roles/storage.objectAdmin; gcloud kms keys add-iam-policy-binding <key> --keyring=<ring> --location=<location> --project=<state\'s project> --member="serviceAccount:<deployer>" --role=roles/cloudkms.cryptoKeyEncrypterDecrypter (not with Pulumi Cloud)',
    read: "cannot be read: the grants are in another project",
    check: () => unreadable("the grants are in the state's own project: gcloud storage buckets get-iam-policy, gcloud kms keys get-iam-policy"),
  },
];
