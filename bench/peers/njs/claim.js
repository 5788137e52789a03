// What the hook `add-tier` does, for nginx: it adds a claim to the ID token of each token response,
// and signs it anew. A body filter could not wait for a signature, so the response is fetched by a
// subrequest, as the documentation of njs shows it.

import fs from 'fs';

const ALGORITHMS = {
    RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
};
// Read and decoded once, when nginx starts.
const DER = {
    RS256: der('RS256.pem'),
    ES256: der('ES256.pem'),
};

function der(file) {
    const pem = fs.readFileSync('@FOLDER@/' + file, 'utf8');
    return Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ''), 'base64');
}

function decoded(part) {
    return JSON.parse(Buffer.from(part, 'base64url'));
}

function encoded(value) {
    return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function add(r) {
    const answer = await r.subrequest('/platform', { method: r.method });
    for (const name in answer.headersOut) {
        if (name != 'Content-Length') r.headersOut[name] = answer.headersOut[name];
    }
    if (answer.status != 200) {
        r.return(answer.status, answer.responseBuffer);
        return;
    }
    const response = JSON.parse(answer.responseText);
    if (!response.id_token) {
        r.return(200, answer.responseBuffer);
        return;
    }
    const parts = response.id_token.split('.');
    const header = decoded(parts[0]);
    const claims = decoded(parts[1]);
    claims.tier = claims.email ? 'gold' : 'silver';
    header.kid = 'hooks';
    const input = encoded(header) + '.' + encoded(claims);
    const algorithm = ALGORITHMS[header.alg];
    // A key cannot be kept between requests: each has a virtual machine of its own.
    const key = await crypto.subtle.importKey('pkcs8', DER[header.alg], algorithm, false, ['sign']);
    const signature = await crypto.subtle.sign(algorithm, key, input);
    response.id_token = input + '.' + Buffer.from(signature).toString('base64url');
    r.return(200, JSON.stringify(response));
}

export default { add };
