// What `virea export --kind fhir` writes is FHIR R4: every resource is held against the standard's own definitions.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fhir from "fhir";
import { expect, test } from "./support/journey";

type Resource = { resourceType: string; [field: string]: unknown };
type Bundle = Resource & { entry: { fullUrl: string; resource: Resource }[] };

const golden = resolve(import.meta.dirname, "../api/golden");
const validator = new fhir.Fhir();

/** What is wrong with it, in the validator's words. */
function wrong(resource: Resource): string[] {
  const result = validator.validate(resource, { errorOnUnexpected: true });
  const errors = result.messages.filter((message) => ["error", "fatal"].includes(String(message.severity)));
  return errors.map((message) => `${message.resourceId ?? resource.id} ${message.location}: ${message.message}`);
}

test("everything that a municipality takes out as FHIR is valid R4", async ({ server }) => {
  await server.must("admin", "municipality", "092", "Vantaa");
  for (const kind of ["participants", "groups", "memberships", "attendance", "assessments"]) {
    const file = server.file(`${kind}.csv`, readFileSync(join(golden, `${kind}.csv`), "utf8"));
    await server.must("import", "--municipality", "092", "--kind", kind, file);
  }
  const bundle = JSON.parse(await server.must("export", "--municipality", "092", "--kind", "fhir")) as Bundle;
  expect(wrong(bundle)).toEqual([]);
  for (const { resource } of bundle.entry) expect(wrong(resource), resource.resourceType).toEqual([]);
  const kinds = new Set(bundle.entry.map(({ resource }) => resource.resourceType));
  for (const kind of ["Organization", "Patient", "Group", "EpisodeOfCare", "Encounter", "Consent", "Observation", "QuestionnaireResponse"]) {
    expect(kinds).toContain(kind);
  }
  // The check itself sees what is wrong.
  const patient = bundle.entry.find(({ resource }) => resource.resourceType === "Patient")!.resource;
  expect(wrong({ ...patient, gender: "nainen" })).not.toEqual([]);
  expect(wrong({ ...patient, shoeSize: 41 })).not.toEqual([]);
  const encounter = bundle.entry.find(({ resource }) => resource.resourceType === "Encounter")!.resource;
  expect(wrong({ ...encounter, status: undefined })).not.toEqual([]);
});

test("a FHIR file has no form for Excel, and the command says so", async ({ server }) => {
  await server.must("admin", "municipality", "092", "Vantaa");
  const refused = await server.run("export", "--municipality", "092", "--kind", "fhir", "--excel");
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("--excel");
});
