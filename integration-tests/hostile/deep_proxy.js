// expects: exception | cpu | memory
// Proxies around proxies.
module.exports = async (args, callback) => {
  let proxy = {};
  for (let i = 0; i < 1e5; i++) proxy = new Proxy(proxy, {});
  proxy.a;
};
