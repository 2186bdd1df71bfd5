// Shows the server's own description of its API.
import { $, element } from "./dom.js";

const description = await (await fetch("/openapi.json")).json();

const resolve = (schema) => (schema?.$ref ? schema.$ref.slice(2).split("/").reduce((at, key) => at[key], description) : schema ?? {});

function kind(schema) {
  const resolved = resolve(schema);
  if (resolved.const !== undefined) return JSON.stringify(resolved.const);
  if (resolved.enum) return resolved.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (resolved.anyOf) return resolved.anyOf.map(kind).join(" or ");
  if (resolved.type === "array") return `list of ${kind(resolved.items)}`;
  return resolved.title && resolved.type === "object" ? resolved.title : resolved.format ?? resolved.type ?? "any";
}

function fields(schema) {
  const { properties = {}, required = [] } = resolve(schema);
  const rows = Object.entries(properties).map(([name, field]) => element("tr", {},
    element("td", {}, element("code", {}, name), required.includes(name) ? " *" : ""),
    element("td", { className: "note" }, kind(field)),
    element("td", {}, resolve(field).description ?? "")));
  return element("table", {}, ...rows);
}

function operation(method, path, told) {
  const [type, content] = Object.entries(told.requestBody?.content ?? {})[0] ?? [];
  const box = element("details", {}, element("summary", {},
    element("b", {}, method.toUpperCase()), element("code", {}, path), told.description ?? told.summary ?? ""));
  if (content) box.append(element("p", { className: "note" }, type), fields(content.schema));
  const parameters = (told.parameters ?? []).map((one) => one.name).join(", ");
  if (parameters) box.append(element("p", { className: "note" }, `Parameters: ${parameters}`));
  return box;
}

const groups = new Map();
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, told] of Object.entries(methods)) {
    const tag = told.tags?.[0] ?? "Other";
    groups.set(tag, [...(groups.get(tag) ?? []), operation(method, path, told)]);
  }
}
for (const [tag, operations] of groups) $("paths").append(element("h2", {}, tag), ...operations);
