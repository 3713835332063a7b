// "Try it": what is typed is sent with fetch, without the session's cookie or the browser's own credentials, and kept nowhere.
const box = document.querySelector(".reference");
const values = (form, place) => [...form.querySelectorAll(`[data-in="${place}"]`)].filter((field) => field.value).map((field) => [field.name, field.value]);
const secret = (form, name) => form.querySelector(`[data-secret="${name}"]`)?.value ?? "";
const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function address(form) {
  const path = form.dataset.path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(name === "sid" ? secret(form, "sid") : form.querySelector(`[data-in="path"][name="${name}"]`).value));
  const query = new URLSearchParams(values(form, "query"));
  return box.dataset.root + path + (query.size ? "?" + query : "");
}

function body(form) {
  const kind = form.querySelector("[data-kind]")?.value;
  if (!kind) return {};
  const text = form.querySelector("[data-text]").value;
  if (kind === "application/json") return { body: text, type: kind };
  const pairs = text.split("\n").filter((line) => line.trim()).map((line) => {
    const [name, ...rest] = line.split("=");
    return [name.trim(), rest.join("=")];
  });
  if (kind !== "multipart/form-data") return { body: new URLSearchParams(pairs) };
  const data = new FormData();
  for (const [name, value] of pairs) data.append(name, value);
  const file = form.querySelector("[data-file]");
  if (file?.files[0]) data.append(file.dataset.file, file.files[0]);
  return { body: data };
}

function show(form, parts) {
  form.querySelector("[data-answer]").replaceChildren(...parts.filter(Boolean).map((text, at) => {
    const part = document.createElement(at ? "pre" : "p");
    if (at) part.className = "card";
    if (at) part.tabIndex = 0;
    part.textContent = text;
    return part;
  }));
}

async function send(form) {
  const headers = new Headers(values(form, "header"));
  if (form.dataset.security === "basic") headers.set("Authorization", "Basic " + encoded(secret(form, "sid") + ":" + secret(form, "token")));
  if (form.dataset.security === "apiKey") headers.set("x-api-key", secret(form, "key"));
  const sent = body(form);
  if (sent.type) headers.set("Content-Type", sent.type);
  const answer = await fetch(address(form), { method: form.dataset.method, headers, body: sent.body, credentials: "omit", cache: "no-store", redirect: "manual" });
  const octets = await answer.arrayBuffer();
  const isText = /json|xml|text/.test(answer.headers.get("content-type") ?? "");
  const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  show(form, [`${answer.status} ${answer.statusText}`.trim(), lines, isText ? new TextDecoder().decode(octets) : octets.byteLength ? `${octets.byteLength} ${box.dataset.octets}` : ""]);
}

box.addEventListener("click", (event) => {
  const button = event.target.closest("[data-try]");
  if (!button) return;
  const form = document.getElementById(button.dataset.try);
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) form.querySelector("input, select, button").focus();
});
box.addEventListener("change", (event) => {
  if (!event.target.matches("[data-kind]")) return;
  const form = event.target.form;
  form.querySelector("[data-text]").value = event.target.selectedOptions[0].dataset.example;
  const file = form.querySelector("[data-file-field]");
  if (file) file.hidden = event.target.value !== "multipart/form-data";
});
box.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target).catch((error) => show(event.target, [`${box.dataset.failed}: ${error.message}`]));
});
