// expects: cpu | memory | exception
// More calls than a hook may make.
module.exports = async (args, callback) => {
  const all = [];
  for (let i = 0; i < 1e5; i++) all.push(fetch('https://nowhere.example/').catch(() => {}));
  await Promise.all(all);
  throw new Error('they were refused');
};
