// @ts-check
/** @type {CallbackHook<"post-identification">} */
module.exports = (args, callback) => setTimeout(() => callback(new AllowAuthentication(args.session, false, ["otp"])), 5);
