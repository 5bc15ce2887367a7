import { policyCases } from "../least-privilege/testing/mutations";
import { eachBucketClosed } from "./each-bucket-closed";

const bucket = (name: string) => ({ type: "cloudflare:index/r2Bucket:R2Bucket", name, inputs: { name } });
const address = (bucketName: string) => ({ type: "cloudflare:index/r2ManagedDomain:R2ManagedDomain", name: `${bucketName}-address`, inputs: { bucketName, enabled: false } });

policyCases(eachBucketClosed, {
  compliant: [bucket("files"), address("files"), bucket("vault"), address("vault")],
  refused: [
    ["vault-address", "bucketName", "files", 'no r2.dev address of "vault" is declared; allowed: one, which is off'],
    ["vault-address", "bucketName", undefined, 'no r2.dev address of "vault"'],
    ["files", "name", "another", 'no r2.dev address of "another"'],
  ],
  undecided: [["vault-address", "bucketName"]],
});
