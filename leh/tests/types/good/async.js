// @ts-check
/** @type {Hook<"greet">} */
const greet = async ({ customer, variables, event }) => {
  console.log(`${customer.info.userName ?? customer.info.id} in ${variables["slack-channel"]} at ${event.time}`);
  setImmediate(() => process.stdout.write(`${process.version} ${global === globalThis}`));
  return 1;
};
module.exports = greet;
