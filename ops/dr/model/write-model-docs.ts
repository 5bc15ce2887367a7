/** Writes docs/dr-model.md: part of `npm run docs`. */
import { writeFileSync } from "node:fs";
import { modelDocument, modelDocumentPath } from "./model-document";

writeFileSync(modelDocumentPath, modelDocument());
