// @ts-check
/** @type {Hook<"enrich">} */
export default async ({ tokens }) => new Prompt([tokens]); // wrong: no result of this event
