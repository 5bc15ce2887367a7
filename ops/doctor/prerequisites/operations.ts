import { done, open, type Prerequisite } from "../prerequisite";

/** The jobs' image (ops/image): the first one is built where the environment's registry already is, so after the first `up`. */
export const operations: readonly Prerequisite[] = [
  {
    id: "operations-image",
    system: "Google Cloud",
    title: "Build the image of the scheduled jobs, push it, and set it",
    why: "sections 3.1 and 6.2: without it every backup's schedule and the metrics exporter are paused: nothing backs up the environment, nothing watches its database, and no alert can say so, because absence is told only of a metric that was written once",
    how: 'after the first `up`, ops/image/README.md: IMAGE_PREFIX is npx chisan output <stack> imagePrefix --cloud; docker build --file ops/image/Dockerfile --tag "$IMAGE_PREFIX/operations:$(git rev-parse --short HEAD)" . && docker push "$IMAGE_PREFIX/operations:$(git rev-parse --short HEAD)"; pulumi config set chisan:operationsImage "$IMAGE_PREFIX/operations@sha256:<digest that the push printed>" --stack <stack>; npx chisan up <stack> --cloud; commit Pulumi.<stack>.yaml',
    read: "`chisan:operationsImage` in the stack's configuration",
    urgent: true,
    check: (facts) =>
      facts.isSet("operationsImage")
        ? done("the scheduled jobs have an image")
        : open("not set: chisan:operationsImage: nothing is backed up, the database is not watched, and no alert tells"),
  },
  {
    id: "restore-test-role",
    system: "Supabase",
    title: "Make the role of the restore test on staging's database, and give prod its address",
    why: "section 3.4: a backup counts only once it was restored and compared, and prod must not hold a credential that reads staging's own data",
    how: "psql to staging's DATABASE_URL: create role restore_test login createdb createrole password '<48 letters and digits>'; then pulumi config set chisan:restoreTestDatabaseUrl --secret --stack <stack>, typing postgresql://restore_test:<password>@db.<staging's project>.supabase.co:5432/postgres?sslmode=require; add the egress addresses of <stack> (npx chisan output <stack> egressAddresses --cloud) to staging's chisan:operatorCidrs, or its database refuses the connection",
    read: "`chisan:restoreTestDatabaseUrl` in the stack's configuration",
    stacks: ["prod", "chisan-dr"],
    check: (facts) =>
      facts.isSet("restoreTestDatabaseUrl")
        ? done("the restore test has a server to restore into")
        : open("not set: chisan:restoreTestDatabaseUrl: the monthly restore test cannot run"),
  },
];
