-- SPDX-License-Identifier: MulanPSL-2.0

-- name: account_add
-- Projection of account.created.
INSERT INTO account (login, name, password, state, must_change, created_at, password_at)
VALUES ($1, $2, $3, 'active', $4, $5, $5);

-- name: account_password_set
-- Projection of account.password_set.
UPDATE account SET password = $2, must_change = $3, password_at = $4 WHERE login = $1;

-- name: account_state_set
-- Projection of account.disabled and account.enabled.
UPDATE account SET state = $2 WHERE login = $1;

-- name: account_signed_in
-- Projection of account.signed_in.
UPDATE account SET last_sign_in_at = $2 WHERE login = $1;

-- name: account_forget
-- Projection of key.destroyed: what came from secret bodies goes.
UPDATE account SET name = NULL, password = NULL WHERE login = $1;

-- name: account_by_login
-- For signing in and for changing; the password is its argon2id text.
SELECT login, name, password, state, must_change, created_at, password_at, last_sign_in_at
FROM account WHERE login = $1;

-- name: account_list
-- Everybody, without passwords; locked when too many wrong ones were typed.
SELECT login, name, state, must_change, created_at, password_at, last_sign_in_at
FROM account ORDER BY login;

-- name: account_count
-- Is there anybody yet?
SELECT count(*) AS n FROM account;

-- name: account_count_active
-- The last active account cannot be disabled.
SELECT count(*) AS n FROM account WHERE state = 'active';

-- name: session_add
-- After a good sign-in.
INSERT INTO session (token_hash, session, login, address, device, created, seen, before_at, before_address, failures,
    notices)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10);

-- name: session_by_hash
-- Asked on every request: the session with its account.
SELECT s.session, s.login, s.created, s.seen, s.before_at, s.before_address, s.failures, s.notices,
    a.name, a.state, a.must_change, a.password_at, coalesce(f.secret, 0) AS secret
FROM session s JOIN account a ON a.login = s.login LEFT JOIN second_factor f ON f.login = s.login
WHERE s.token_hash = $1;

-- name: session_touch
-- At most once a minute and session.
UPDATE session SET seen = $2 WHERE token_hash = $1 AND seen < $2;

-- name: session_remove
-- Signing out.
DELETE FROM session WHERE token_hash = $1;

-- name: session_remove_others
-- A new password ends the account's other sessions; an empty hash ends all.
DELETE FROM session WHERE login = $1 AND token_hash <> $2;

-- name: session_sweep
-- Sessions idle or alive for too long, and those from a time that has not come: the clock was set back.
DELETE FROM session WHERE seen < $1 OR created < $2 OR seen > $3;

-- name: sign_in_guard_get
-- How often the password of this login was wrong lately.
SELECT failures, locked_until FROM sign_in_guard WHERE login_hash = $1;

-- name: sign_in_guard_set
-- One more failure, or a lock.
INSERT INTO sign_in_guard (login_hash, failures, failed, locked_until) VALUES ($1, $2, $3, $4)
ON CONFLICT (login_hash) DO UPDATE SET failures = excluded.failures, failed = excluded.failed,
    locked_until = excluded.locked_until;

-- name: sign_in_guard_shorten
-- The clock was set back: a lock never lasts longer from now than a new one would.
UPDATE sign_in_guard SET failed = $2, locked_until = $3 WHERE login_hash = $1 AND locked_until > $3;

-- name: sign_in_guard_clear
-- A good sign-in, or an administrator, starts the count again.
DELETE FROM sign_in_guard WHERE login_hash = $1;

-- name: sign_in_guard_sweep
-- Failures of long ago are forgotten.
DELETE FROM sign_in_guard WHERE failed < $1 AND locked_until < $1;
