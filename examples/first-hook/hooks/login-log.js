// Writes one line for each login. It appears where the relay logs: for `leh up`, in the terminal.
module.exports = async function ({ customer, application, event }) {
  const who = customer.info.userName ?? customer.info.id;
  console.log(`${who} signed in to ${application.client_id} at ${event.time}`);
};
