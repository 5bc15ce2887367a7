/** How an image comes into chisan-dr's own registry, in words for a person. No command here does it: which release it is, is a decision. */

/** `crane copy` (go-containerregistry) moves it from one registry to the other with its digest, without a container engine. */
export function copyCommands(source: string, registry: string, cloud: boolean): string {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(source)?.[1];
  const target = `${registry}/api`;
  const image = `${target}@${digest ?? "<digest that it prints>"}`;
  // The registry's tags are immutable (components/container-registry.ts): each release needs one of its own.
  const tag = digest?.slice("sha256:".length, "sha256:".length + 12) ?? "<release>";
  return `crane copy ${source} ${target}:${tag}, then ${setCommand(image, cloud)}; where prod's registry no longer answers, build the release's commit anew and push it to ${target}`;
}

export function setCommand(image: string, cloud: boolean): string {
  return `pulumi config set chisan:apiImage '${image}' --stack chisan-dr, npx chisan up chisan-dr${cloud ? " --cloud" : ""}`;
}
