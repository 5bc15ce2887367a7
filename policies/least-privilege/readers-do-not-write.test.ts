import { readersDoNotWrite } from "./readers-do-not-write";
import { policyCases } from "./testing/mutations";

const token = (name: string, id: string) => ({ type: "cloudflare:index/accountToken:AccountToken", name, inputs: { name, policies: [{ effect: "allow", permissionGroups: [{ id }] }] } });
const id = "policies[0].permissionGroups[0].id";

policyCases(readersDoNotWrite, {
  compliant: [token("backups-reader-g1", "r"), token("backups-writer-g1", "w"), token("files-api-g1", "r")],
  refused: [
    ["backups-reader-g1", id, "w", 'backups-reader-g1 has the permission "w", which a writing token has'],
    ["backups-reader-g1", id, "2efd5506f9c8494dacb1fa10a3e7d5b6", "which a writing token has"],
    ["backups-writer-g1", id, "r", 'backups-reader-g1 has the permission "r"'],
  ],
  allowed: [["files-api-g1", id, "w"]],
  undecided: [
    ["backups-reader-g1", id],
    ["backups-writer-g1", id],
  ],
});
