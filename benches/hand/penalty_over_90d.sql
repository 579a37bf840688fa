-- SPDX-License-Identifier: MulanPSL-2.0
-- Cases older than ninety days, less what does not count; periods that end on a day off end on the next workday.
SELECT 'a' || c.case_no__key || coalesce(c.agency, ''), c.id, c.batch, c.digest, c.case_no, c.agency, c.party_name, c.filed_on, c.violation,
       c.suspended_days, c.extended_to, c.opinion_no, coalesce(c.decided_on, c.closed_on)
FROM d_penalty_case c
WHERE c.batch <= @ AND c.until > @ AND c.case_no__key IS NOT NULL
  AND (c.extended_to IS NULL OR c.extended_to < coalesce(c.decided_on, c.closed_on, DATE '2026-11-22'))
  AND (c.suspended_on IS NULL OR c.resumed_on IS NOT NULL OR c.decided_on IS NOT NULL)
  AND (c.case_kind IS NULL OR c.case_kind IN ('一般', '简易')) AND c.decided_on IS NULL AND c.closed_on IS NULL
  AND c.filed_on <= DATE '2026-08-22' AND DATE '2026-11-22' - c.filed_on - coalesce(c.suspended_days, 0) > 90;

SELECT 'b' || c.case_no__key || coalesce(c.agency, ''), c.id, c.batch, c.digest, c.case_no, c.agency, c.party_name, c.filed_on, c.violation,
       c.suspended_days, c.extended_to, c.opinion_no, coalesce(c.decided_on, c.closed_on)
FROM d_penalty_case c
WHERE c.batch <= @ AND c.until > @ AND c.case_no__key IS NOT NULL
  AND (c.extended_to IS NULL OR c.extended_to < coalesce(c.decided_on, c.closed_on, DATE '2026-11-22'))
  AND (c.suspended_on IS NULL OR c.resumed_on IS NOT NULL OR c.decided_on IS NOT NULL)
  AND (c.case_kind IS NULL OR c.case_kind IN ('一般', '简易'))
  AND coalesce(c.decided_on, c.closed_on) - c.filed_on - coalesce(c.suspended_days, 0) > 90
  AND coalesce(c.decided_on, c.closed_on) > (SELECT k.roll FROM lianheng_calendar k WHERE k.day = c.filed_on + 90);

SELECT 'c' || c.case_no__key || coalesce(c.agency, ''), c.id, c.batch, c.digest, c.case_no, c.agency, c.party_name, c.filed_on, c.violation,
       c.suspended_days, c.extended_to, c.opinion_no, coalesce(c.decided_on, c.closed_on)
FROM d_penalty_case c
WHERE c.batch <= @ AND c.until > @ AND c.case_no__key IS NOT NULL
  AND (c.extended_to IS NULL OR c.extended_to < coalesce(c.decided_on, c.closed_on, DATE '2026-11-22'))
  AND (c.suspended_on IS NULL OR c.resumed_on IS NOT NULL OR c.decided_on IS NOT NULL)
  AND c.case_kind = '治安'
  AND coalesce(c.decided_on, c.closed_on, DATE '2026-11-22') - c.filed_on - coalesce(c.suspended_days, 0) > if(c.extended_on IS NULL, 30, 60);
