// @ts-check
/**
 * @param {Args<"enrich">} args
 * @returns {Promise<Result<"enrich">>}
 */
export default async function ({ customer }) {
  return new SkipPrompts(customer); // wrong: no result of this event
}
