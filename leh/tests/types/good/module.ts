const hook: Hook<"pre-progressive-profiling"> = async ({ customer, request, event }) => {
  if (event.path === "social" || customer.location.country_code !== "NL") return new SkipPrompts();
  return request.language?.startsWith("nl") ? new Prompt(["phone"]) : null;
};
export default hook;
