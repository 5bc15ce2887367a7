import { deployedFromMain } from "./deployed-from-main";
import { policyCases } from "./testing/mutations";

const project = { type: "vercel:index/project:Project", name: "web", inputs: { gitRepository: { type: "github", repo: "chisan/platform", productionBranch: "main" } } };

policyCases(deployedFromMain, {
  compliant: [project],
  refused: [
    ["web", "gitRepository.repo", "somebody/platform", 'gitRepository.repo is "somebody/platform"; allowed: "chisan/platform"'],
    ["web", "gitRepository.repo", undefined, "gitRepository.repo is nothing"],
    ["web", "gitRepository.productionBranch", "next", 'gitRepository.productionBranch is "next"; allowed: "main"'],
    ["web", "gitRepository.productionBranch", undefined, "gitRepository.productionBranch is nothing"],
  ],
  allowed: [["web", "gitRepository", undefined]],
  undecided: [["web", "gitRepository.repo"]],
});

policyCases(deployedFromMain, { stack: "staging", compliant: [project], refused: [["web", "gitRepository.repo", "somebody/platform", "gitRepository.repo"]], allowed: [["web", "gitRepository.productionBranch", "next"]] });
