import fc from "fast-check";
import { neighboursOf } from "./neighbours";

const changes = (text: string) => neighboursOf(text).map(({ value }) => value);

test("every text has another one", () =>
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(changes(text).length).toBeGreaterThan(0);
      expect(changes(text)).not.toContain(text);
    }),
  ));

test.each([
  ["roles/run.viewer", "roles/owner"],
  ["group:devops-team@chisanpaper.com", "allUsers"],
  ["on-call@chisanpaper.com", "on-call@example.com"],
  ["asia-northeast3", "us-east1"],
  ["ap-northeast-2", "us-east-1"],
  ["https://api.chisan.app/$1", "https://elsewhere.example.com/$1"],
  ["https://api.chisan.app/$1", "http://api.chisan.app/$1"],
  ["postgresql://a:b@c/d?sslmode=require", "postgresql://a:b@c/d"],
  ["604800s", "0s"],
  ["48", "480"],
  ["203.0.113.10/32", "0.0.0.0/0"],
  ["2400:cb00::/32", "::/0"],
  ["chisan-prod-api", "chisan-staging-api"],
  ["chisan-files", "chisan-files-staging"],
  ["api.chisan.app", "elsewhere.example.com"],
  ["on", "off"],
])("%s → %s", (text, neighbour) => expect(changes(text)).toContain(neighbour));

test("what is said of a change has nothing of the text in it", () =>
  expect(
    neighboursOf("postgresql://postgres:hidden@db.example.com/postgres")
      .map(({ change }) => change)
      .join(" "),
  ).not.toContain("hidden"));
