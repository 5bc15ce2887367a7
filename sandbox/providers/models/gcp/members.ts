const emailForm = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/;
const domainForm = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

/** Whether IAM can read a member: https://cloud.google.com/iam/docs/principal-identifiers */
export function isMember(member: string): boolean {
  if (member === "allUsers" || member === "allAuthenticatedUsers") return true;
  const deleted = /^deleted:(.+)\?uid=\d+$/.exec(member);
  const [kind = "", ...rest] = (deleted?.[1] ?? member).split(":");
  const value = rest.join(":");
  switch (kind) {
    case "user":
    case "group":
      return emailForm.test(value);
    case "serviceAccount":
      // The second form is GKE's: `<project>.svc.id.goog[<namespace>/<account>]`.
      return emailForm.test(value) || /^[a-z][a-z0-9-]+\.svc\.id\.goog\[[a-z0-9-]+\/[a-z0-9-]+\]$/.test(value);
    case "domain":
      return domainForm.test(value);
    case "principal":
    case "principalSet":
      return /^\/\/(iam|cloudresourcemanager)\.googleapis\.com\/\S+$/.test(value);
    case "projectOwner":
    case "projectEditor":
    case "projectViewer":
      return /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(value);
    default:
      return false;
  }
}
