-- SPDX-License-Identifier: MulanPSL-2.0

-- name: second_factor_get
-- Which journal entry holds the secret; no row where there never was one.
SELECT offered, offered_until, secret, since FROM second_factor WHERE login = $1;

-- name: second_factor_offer
-- Projection of account.totp_offered: what is in use stays in use until the new one is confirmed.
INSERT INTO second_factor (login, offered, offered_until, secret, since) VALUES ($1, $2, $3, 0, '')
ON CONFLICT (login) DO UPDATE SET offered = excluded.offered, offered_until = excluded.offered_until;

-- name: second_factor_enrol
-- Projection of account.totp_enrolled.
UPDATE second_factor SET secret = $2, since = $3, offered = 0, offered_until = 0 WHERE login = $1;

-- name: second_factor_remove
-- Projection of account.totp_off, account.totp_reset and key.destroyed.
DELETE FROM second_factor WHERE login = $1;

-- name: recovery_code_add
-- Projection of account.totp_enrolled and account.recovery_renewed.
INSERT INTO recovery_code (login, number, code, used_at) VALUES ($1, $2, $3, '');

-- name: recovery_code_remove
-- New ones take the place of the old ones; without a second factor there are none.
DELETE FROM recovery_code WHERE login = $1;

-- name: recovery_code_find
-- Is it one that has not been used?
SELECT number FROM recovery_code WHERE login = $1 AND code = $2 AND used_at = '';

-- name: recovery_code_use
-- Projection of account.recovery_used: each counts once.
UPDATE recovery_code SET used_at = $3 WHERE login = $1 AND number = $2;

-- name: recovery_code_left
-- How many are still good.
SELECT count(*) AS n FROM recovery_code WHERE login = $1 AND used_at = '';

-- name: second_used_set
-- Changes a row only when the step is later than the last one: a code counts once.
INSERT INTO second_used (login, step) VALUES ($1, $2)
ON CONFLICT (login) DO UPDATE SET step = excluded.step WHERE second_used.step < excluded.step;

-- name: second_used_remove
-- A new secret begins anew: its codes are others.
DELETE FROM second_used WHERE login = $1;

-- name: ticket_add
-- The password was right.
INSERT INTO sign_in_ticket (token_hash, login, created, tries) VALUES ($1, $2, $3, 0);

-- name: ticket_get
-- Asked with every code.
SELECT login, created, tries FROM sign_in_ticket WHERE token_hash = $1;

-- name: ticket_tried
-- A wrong code.
UPDATE sign_in_ticket SET tries = tries + 1 WHERE token_hash = $1;

-- name: ticket_remove
-- Used, or tried too often.
DELETE FROM sign_in_ticket WHERE token_hash = $1;

-- name: ticket_remove_all
-- The password changed, or the account was disabled.
DELETE FROM sign_in_ticket WHERE login = $1;

-- name: ticket_sweep
-- Nobody came back with a code; or the clock was set back since.
DELETE FROM sign_in_ticket WHERE created < $1 OR created > $2;

-- name: account_roles
-- Roles somebody holds now.
SELECT role FROM appointment WHERE login = $1 AND since <= $2 AND (until IS NULL OR until > $2);

-- name: session_list
-- A person's own page, and the administrator's.
SELECT session, token_hash, address, device, created, seen FROM session WHERE login = $1 ORDER BY seen DESC, session;

-- name: session_end_one
-- Named by what people see of it; only together with its owner.
DELETE FROM session WHERE login = $1 AND session = $2;

-- name: account_since_last
-- What happened to an account, newest first, until the sign-in before.
SELECT at, actor, kind, body FROM journal
WHERE subject = $1 AND kind IN ('account.signed_in', 'account.sign_in_failed', 'account.totp_reset',
    'account.password_set', 'account.sessions_ended')
ORDER BY sequence DESC LIMIT 200;

-- name: account_passwords
-- The entries with the last passwords, newest first.
SELECT sequence FROM journal
WHERE subject = $1 AND kind IN ('account.created', 'account.password_set') ORDER BY sequence DESC LIMIT $2;

-- name: account_history
-- What happened to an account, for its owner, newest first, without the newest $2. The place in the journal is not told: it counts
-- what others do, sealed records included.
SELECT at, actor, kind, body FROM journal
WHERE subject = $1 AND kind LIKE 'account.%' AND kind <> 'account.totp_offered'
ORDER BY sequence DESC LIMIT $3 OFFSET $2;

-- name: account_history_count
-- How long that list is.
SELECT count(*) AS n FROM journal
WHERE subject = $1 AND kind LIKE 'account.%' AND kind <> 'account.totp_offered';
