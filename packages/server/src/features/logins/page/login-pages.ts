import { Html, html } from './html.ts';

const nothing = new Html('');

function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – rig</title>
<link rel="stylesheet" href="login/style.css">
</head>
<body>
<main>
<p class="brand">rig</p>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}

function trouble(message: string | undefined): Html {
  return message === undefined ? nothing : html`<p class="trouble" role="alert" id="trouble">${message}</p>`;
}

/** The first page: which login, and who are you? */
export function askPage({ code, problem }: { code: string; problem?: string }): string {
  return page(
    'Approve a login',
    html`${trouble(problem)}
<p>A machine shows a code and waits to be let in. Approve it only if you started <code>rig login</code> there yourself.</p>
<form method="post" action="login">
<label for="code">Code</label>
<input id="code" name="code" value="${code}" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="ABCD-EFGH"${code === '' ? new Html(' autofocus') : nothing}>
<label for="token">A token of yours</label>
<input id="token" name="token" type="password" required maxlength="200" autocomplete="off" spellcheck="false" aria-describedby="token-help"${code === '' ? nothing : new Html(' autofocus')}>
<p id="token-help" class="help">It shows who you are, and is neither kept nor passed on. The machine that waits gets a token of its own.</p>
<button name="step" value="look">Continue</button>
</form>
<p class="aside">Logged in at a terminal already? Run <code>rig login --approve ${code === '' ? 'CODE' : code}</code> there instead.</p>`,
  );
}

export interface ConfirmContent {
  ticket: string;
  user: string;
  deviceName: string;
  client: string;
  age: string;
  code: string;
}

/** The second page: is this the machine you mean? */
export function confirmPage({ ticket, user, deviceName, client, age, code }: ConfirmContent): string {
  return page(
    'Is this you?',
    html`<dl>
<dt>Machine</dt><dd>${deviceName}</dd>
<dt>Address</dt><dd>${client}</dd>
<dt>Asked</dt><dd>${age} ago</dd>
<dt>Code</dt><dd><code>${code}</code></dd>
<dt>Will act as</dt><dd><strong>${user}</strong></dd>
</dl>
<p>If you approve, this machine can do whatever you can do, for 90 days or until its token is revoked. Machines may claim any name: compare the code.</p>
<form method="post" action="login">
<input type="hidden" name="ticket" value="${ticket}">
<div class="choice">
<button name="step" value="approve">Approve</button>
<button name="step" value="deny" class="quiet">Refuse</button>
</div>
</form>`,
  );
}

/** The last page. */
export function donePage(approved: boolean, deviceName: string): string {
  return approved
    ? page(
        'Approved',
        html`<p role="status"><strong>${deviceName}</strong> is being logged in. You can close this page.</p>`,
      )
    : page(
        'Refused',
        html`<p role="status"><strong>${deviceName}</strong> was not let in. You can close this page.</p>`,
      );
}

/** A page that cannot go on. */
export function sorryPage(message: string): string {
  return page('This did not work', html`${trouble(message)}<p><a href="login">Begin again</a></p>`);
}
