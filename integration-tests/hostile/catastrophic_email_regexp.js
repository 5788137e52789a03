// expects: cpu
// The kind that brands really have.
module.exports = async (args, callback) => {
  const email = /^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$/;
  email.test('a'.repeat(60) + '!');
};
