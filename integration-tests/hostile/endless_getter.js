// expects: cpu
// A getter that never ends, called where the answer is read.
module.exports = async (args, callback) => {
  callback({ get idToken() { for (;;); } });
};
