-- The lists of C10 and C11 by hand, for a home's first night: run by night_by_hand_duckdb.py, which makes a view for each feed.
-- The rules are those of docs/domain.md and docs/channels.md. A row with a cell that cannot be read is passed over.
-- Variables: night, key_inside, key_outside (the token key, prepared for HMAC).

CREATE MACRO night() AS getvariable('night')::DATE;
CREATE MACRO import_day() AS night() + 1;
CREATE MACRO on_day(cell) AS try_strptime(cell, '%Y%m%d')::DATE;
CREATE MACRO at_time(cell) AS try_strptime(cell, '%Y%m%d%H%M%S');
CREATE MACRO fen(cell) AS (try_cast(cell AS DECIMAL(18, 2)) * 100)::BIGINT;
CREATE MACRO codes(cell) AS list_filter(list_transform(string_split(coalesce(cell, ''), ';'), lambda one: trim(one)), lambda one: one != '');
CREATE MACRO yuan(amount) AS regexp_replace(((amount)::DECIMAL(18, 0) / 100)::DECIMAL(18, 2)::VARCHAR, '\.?0+$', '');
CREATE MACRO token(raw) AS left(sha256(getvariable('key_outside') || unhex(sha256(getvariable('key_inside') || encode('user:' || raw)))), 32);
-- A number from 0 to 999,999 that is always the same for a subscriber and a group (P8).
CREATE MACRO draw(of_group, subscriber) AS ('0x' || left(sha256('chudian-2026:' || of_group || ':' || subscriber), 15))::BIGINT % 1000000;

-- The newest row of each code that had begun by a day, and the one that is valid on it.
CREATE TABLE product AS
SELECT product, arg_max(kind, valid_from) AS kind
FROM (SELECT *, on_day(from_date) AS valid_from FROM product_catalog) WHERE valid_from <= night() GROUP BY product;
CREATE TABLE tariff AS
SELECT product, arg_max(allowance_bytes, valid_from) AS allowance_bytes,
    arg_max(idle_allowance_bytes, valid_from) AS idle_allowance_bytes, arg_max_null(overage, valid_from) AS overage
FROM (SELECT *, on_day(from_date) AS valid_from FROM tariff_catalog) WHERE valid_from <= night() GROUP BY product;
CREATE MACRO is_on_sale(from_date, to_date) AS on_day(from_date) <= import_day() AND coalesce(on_day(to_date) > import_day(), true);
CREATE TABLE offered AS
SELECT product, product_name, kind, fen(t.fee) AS fee_fen, t.allowance_bytes AS allowance, t.idle_allowance_bytes AS idle_allowance,
    t.overage AS overage, t.margin AS margin
FROM product_catalog AS p JOIN tariff_catalog AS t USING (product)
WHERE is_on_sale(p.from_date, p.to_date) AND is_on_sale(t.from_date, t.to_date)
    AND product IN ('dp005', 'dp010', 'dp020', 'dp030', 'dp050', 'dp100', 'dp200', 'ip005', 'ip010');
CREATE TABLE channel AS
SELECT channel, mode, fen(cost) AS cost_fen FROM channel_catalog WHERE is_on_sale(from_date, to_date);

-- Who there is, and who had which number when.
CREATE TABLE extract AS
SELECT told_on, user_id, number, state, on_day(state_date) AS state_date, on_day(number_date) AS number_date,
    on_day(open_date) AS entry_date, on_day(bundle_end_date) AS bundle_end_date, city, county, vip,
    state IN ('50', '51', '52', '60', '70') AS is_over
FROM boss_subscriber WHERE on_day(open_date) IS NOT NULL AND on_day(state_date) IS NOT NULL AND on_day(number_date) IS NOT NULL;
CREATE TABLE person AS FROM extract WHERE told_on = (SELECT max(told_on) FROM extract);
CREATE TABLE holder AS
SELECT number, user_id, number_date AS since, least(
    CASE WHEN is_over THEN state_date END,
    lead(number_date) OVER (PARTITION BY number ORDER BY number_date, user_id),
    lead(number_date) OVER (PARTITION BY user_id ORDER BY number_date, number)
) AS until
FROM (FROM extract QUALIFY row_number() OVER (PARTITION BY number, user_id ORDER BY told_on DESC) = 1);
CREATE MACRO held_on(since, until, day) AS day >= since AND (until IS NULL OR day < until);
CREATE TABLE shared_number AS
SELECT number FROM person WHERE NOT is_over GROUP BY number HAVING count(*) > 1;

-- T9: what they hold and have booked.
CREATE TABLE line AS
SELECT user_id, product, order_id, at_time(ordered_at) AS ordered_at, valid_from,
    least(on_day(expiry_date), at_time(cancelled_at)::DATE + 1) AS valid_to
FROM (
    SELECT *, on_day(effective_date) AS valid_from FROM boss_subscription
    QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY told_on DESC, cancelled_at DESC NULLS LAST) = 1
) WHERE valid_from IS NOT NULL;
CREATE TABLE held AS
WITH known AS (
    SELECT line.*, kind, allowance_bytes, idle_allowance_bytes, overage, (valid_from, ordered_at, order_id) AS place,
        valid_from <= night() AND (valid_to IS NULL OR valid_to > night()) AS is_held,
        valid_from > night() AND (valid_to IS NULL OR valid_to > valid_from) AS is_booked
    FROM line LEFT JOIN product USING (product) LEFT JOIN tariff USING (product)
)
SELECT user_id,
    bool_or(kind = 'data_plan' AND is_held) AS holds_data_plan, bool_or(kind = 'data_plan' AND is_booked) AS has_booked_data_plan,
    bool_or(kind = 'idle_pack' AND is_held) AS holds_idle_pack, bool_or(kind = 'idle_pack' AND is_booked) AS has_booked_idle_pack,
    bool_or((is_held OR is_booked) AND (kind IS NULL OR kind IN ('data_plan', 'idle_pack') AND allowance_bytes IS NULL))
        AS holds_unknown_product,
    coalesce(sum(allowance_bytes) FILTER (kind = 'base_plan' AND is_held), 0)::BIGINT AS base_plan_bytes,
    coalesce(sum(allowance_bytes) FILTER (kind = 'data_plan' AND is_held), 0)::BIGINT AS data_plan_bytes,
    coalesce(sum(idle_allowance_bytes) FILTER (kind = 'idle_pack' AND is_held), 0)::BIGINT AS idle_pack_bytes,
    coalesce(
        arg_max_null(overage, place) FILTER (kind = 'data_plan' AND is_held),
        arg_max_null(overage, place) FILTER (kind = 'base_plan' AND is_held)
    ) AS rate
FROM known GROUP BY user_id;

-- T4 and T10: use, bills and service of the three closed months. A month of which a day has not arrived is not known.
CREATE TABLE month AS
SELECT number, (date_trunc('month', night()) - to_months(number))::DATE AS first,
    (date_trunc('month', night()) - to_months(number - 1))::DATE - 1 AS last
FROM range(1, 4) AS of_months(number);
CREATE TABLE used AS
SELECT user_id, number, sum(bytes_2g + bytes_3g + bytes_4g)::BIGINT AS data_bytes, sum(bytes_idle)::BIGINT AS idle_bytes,
    sum(voice_local_s + voice_roaming_s + voice_long_s)::BIGINT AS voice_s, sum(sms)::BIGINT AS sms
FROM boss_usage JOIN month ON on_day(use_date) BETWEEN first AND last GROUP BY user_id, number;
CREATE TABLE served AS
SELECT user_id, number,
    sum(CASE kind WHEN '1' THEN 20 WHEN '2' THEN 400 WHEN '3' THEN 2000 WHEN '4' THEN 1000 WHEN '5' THEN 5 END)::BIGINT AS cost_fen
FROM crm_service JOIN month ON at_time(event_time)::DATE BETWEEN first AND last GROUP BY user_id, number;
CREATE TABLE billed AS
SELECT user_id, number, sum(fen(total)) AS bill_fen, sum(fen(outside)) AS outside_fen
FROM boss_bill JOIN month ON bill_month = strftime(first, '%Y%m') GROUP BY user_id, number;
CREATE TABLE missing AS
SELECT feed, unnest(generate_series(min(day), night(), INTERVAL 1 DAY))::DATE AS day FROM delivered GROUP BY feed EXCEPT FROM delivered;
CREATE TABLE monthly AS
SELECT user_id, number, CASE WHEN is_known THEN data_bytes END AS data_bytes, CASE WHEN is_known THEN idle_bytes END AS idle_bytes,
    outside_fen,
    CASE WHEN is_known AND is_served
        THEN bill_fen - data_bytes * 2000 // 1073741824 - voice_s * 3 // 60 - sms - cost_fen END AS contribution_fen
FROM (
    SELECT user_id, number, bill_fen, outside_fen, coalesce(data_bytes, 0) AS data_bytes, coalesce(idle_bytes, 0) AS idle_bytes,
        coalesce(voice_s, 0) AS voice_s, coalesce(sms, 0) AS sms, coalesce(cost_fen, 0) AS cost_fen,
        entry_date <= last AND NOT EXISTS (FROM missing WHERE feed = 'boss_usage' AND day BETWEEN first AND last) AS is_known,
        NOT EXISTS (FROM missing WHERE feed = 'crm_service' AND day BETWEEN first AND last) AS is_served
    FROM (SELECT user_id, entry_date FROM person) CROSS JOIN month LEFT JOIN used USING (user_id, number)
        LEFT JOIN served USING (user_id, number) LEFT JOIN billed USING (user_id, number)
);
CREATE TABLE recent AS
SELECT user_id, max(outside_fen) FILTER (number = 1) AS outside_fen_1m, max(idle_bytes) FILTER (number = 1) AS idle_bytes_1m,
    sum(contribution_fen) // count(contribution_fen) < 0 AS is_negative_value
FROM monthly GROUP BY user_id;

-- T8 and T7: open complaints and those who complain often, and the channel that they visit most.
CREATE TABLE complaint AS
SELECT user_id, count(DISTINCT case_id) > count(DISTINCT case_id) FILTER (status = '2') AS is_open,
    count(*) FILTER (kind = '3') >= 3 AS is_habitual
FROM crm_service WHERE at_time(event_time)::DATE BETWEEN night() - 89 AND night() GROUP BY user_id;
-- A share of the visits, drawn to an even share of 12 channels with the weight of 10 visits; a fifth makes a preference.
CREATE TABLE preferred AS
WITH visits AS (
    SELECT user_id, channel, count(*) AS visits
    FROM (SELECT *, at_time(visit_time)::DATE AS day FROM channel_visit) AS visit JOIN holder
        ON visit.number = holder.number AND held_on(since, until, day)
    WHERE day BETWEEN night() - 89 AND night() GROUP BY user_id, channel
)
SELECT user_id, channel AS preferred FROM visits
QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY visits DESC, channel) = 1
    AND (visits * 12 + 10) * 1000 // ((sum(visits) OVER (PARTITION BY user_id) + 10) * 12) >= 200;

-- P2 and P6: contacts of other departments, and numbers that want none.
CREATE TABLE contacted AS
SELECT user_id, at_time(contact_time)::DATE AS day, coalesce(mode, 'active') AS mode, c.product
FROM external_contact AS c JOIN holder ON c.number = holder.number AND held_on(since, until, at_time(contact_time)::DATE)
    LEFT JOIN channel USING (channel)
WHERE coalesce(arm, 'T') = 'T' AND day > import_day() - 30 AND day < import_day();
CREATE TABLE counted AS
SELECT user_id, count(*) FILTER (mode = 'active' AND day > import_day() - 3) AS active_3d, count(*) FILTER (mode = 'active') AS active_30d,
    count(*) AS all_30d
FROM contacted GROUP BY user_id;
CREATE TABLE told_lately AS
SELECT DISTINCT user_id, kind FROM contacted JOIN product_catalog AS p USING (product)
WHERE mode = 'active' AND day > import_day() - 14 AND is_on_sale(p.from_date, p.to_date);
CREATE TABLE refused AS
SELECT user_id, list(DISTINCT scope) AS scopes
FROM (
    SELECT right(number, 11) AS number,
        CASE WHEN lower(scope) IN (SELECT channel FROM channel_catalog) THEN lower(scope) ELSE 'all' END AS scope,
        coalesce(on_day(list_date), try_strptime(list_date, '%Y-%m-%d')::DATE) AS listed_on
    FROM no_call
) AS listed JOIN holder ON listed.number = holder.number AND (held_on(since, until, night()) OR held_on(since, until, listed_on))
GROUP BY user_id;

-- The waves wait until nine of ten who get a bill of last month have it (P10).
CREATE TABLE settled AS
SELECT count(b.user_id) * 10 >= count(*) * 9 AS is_settled
FROM person LEFT JOIN billed AS b ON person.user_id = b.user_id AND b.number = 1
WHERE state = '10' AND entry_date < date_trunc('month', night());

-- The audiences, and the channel by the first rule of P3 that applies.
CREATE TABLE member AS
WITH everybody AS (
    SELECT person.*, vip != '0' AS is_high_value, h.* EXCLUDE (user_id), r.* EXCLUDE (user_id)
    FROM person LEFT JOIN held AS h USING (user_id) LEFT JOIN recent AS r USING (user_id)
    WHERE NOT is_over AND (SELECT is_settled FROM settled)
), meant AS (
    SELECT 'c10_data_without_plan' AS scenario, 'data_plan' AS kind, has_booked_data_plan AS has_booked, * FROM everybody
    WHERE NOT coalesce(holds_data_plan, false) AND coalesce(base_plan_bytes, 0) = 0 AND outside_fen_1m > 0
    UNION ALL
    SELECT 'c11_idle_data_without_pack', 'idle_pack', has_booked_idle_pack, * FROM everybody
    WHERE NOT coalesce(holds_idle_pack, false) AND idle_bytes_1m > 0
)
SELECT meant.*, token(user_id) AS subscriber_id,
    CASE WHEN is_high_value THEN 'crm'
        WHEN preferred IN ('sms', 'web_hall', 'app_hall', 'kiosk', 'fetion', 'mailbox', 'toolbar', 'crm') THEN preferred ELSE 'sms' END AS channel
FROM meant LEFT JOIN preferred USING (user_id);

-- Best-fit tier: every closed month under every product, and under none.
CREATE TABLE tier AS
WITH priced AS (
    SELECT scenario, user_id, product, coalesce(fee_fen, 0) AS fee_fen,
        sum(coalesce(fee_fen, 0) + ((greatest(
            d.data_bytes - coalesce(base_plan_bytes, 0) - coalesce(data_plan_bytes, 0)
            - least(d.idle_bytes, coalesce(idle_pack_bytes, 0) + coalesce(idle_allowance, 0)) - coalesce(allowance, 0), 0) + 1048575) >> 20)
            * coalesce(overage, rate)) // count(*) AS bill_fen
    FROM member JOIN monthly AS d USING (user_id)
        JOIN (FROM offered UNION ALL BY NAME SELECT DISTINCT kind, NULL AS product FROM offered) AS o ON member.kind = o.kind
    WHERE d.data_bytes IS NOT NULL AND coalesce(overage, rate) IS NOT NULL GROUP BY ALL
), current AS (SELECT scenario, user_id, bill_fen AS current_fen FROM priced WHERE product IS NULL)
SELECT scenario, user_id, product, current_fen, bill_fen AS offer_fen, current_fen - bill_fen AS saving_fen
FROM priced JOIN current USING (scenario, user_id) WHERE product IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY scenario, user_id ORDER BY bill_fen, fee_fen, product) = 1 AND bill_fen < current_fen;

-- The words, and whoever has no reason against them (P6). What is not known excludes.
CREATE TABLE told AS
SELECT m.*, product, product_name, current_fen, offer_fen, saving_fen, fee_fen, margin, mode, cost_fen,
    CASE scenario
        WHEN 'c10_data_without_plan' THEN concat('按近3月用量您每月流量费约', yuan(current_fen), '元,办理', product_name, '约', yuan(offer_fen),
            '元,每月省', yuan(saving_fen), '元!办理即赠5元话费哦!')
        WHEN 'c11_idle_data_without_pack' THEN CASE WHEN idle_bytes_1m >= 1048576 THEN
            concat('您上月闲时流量', idle_bytes_1m // 1048576, 'M,建议您办理', product_name, '!办理即赠5元话费哦!') END
    END || CASE channel WHEN 'sms' THEN '回Y办理,退订回TD' ELSE '' END AS message,
    CASE WHEN channel != 'sms' THEN 1 WHEN length(message) <= 70 THEN 1 ELSE (length(message) + 66) // 67 END AS short_messages
FROM member AS m LEFT JOIN tier USING (scenario, user_id) LEFT JOIN offered USING (product) LEFT JOIN channel USING (channel);
SET VARIABLE known_channels = (SELECT list(channel) FROM channel_catalog);
CREATE TABLE eligible AS
SELECT t.* FROM told AS t LEFT JOIN crm_customer AS c USING (user_id) LEFT JOIN complaint USING (user_id) LEFT JOIN refused USING (user_id)
WHERE product IS NOT NULL AND message IS NOT NULL AND short_messages <= 3
    AND t.state = '10' AND coalesce(bundle_end_date <= night(), true) AND number NOT IN (FROM shared_number)
    AND NOT coalesce(has_booked, false) AND NOT coalesce(holds_unknown_product, false) AND NOT coalesce(is_negative_value, false)
    AND c.sensitive = '0' AND c.consent = '1' AND c.examined = '0' AND c.employee = '0' AND NOT coalesce(is_open, false)
    AND NOT coalesce(is_habitual, false)
    AND NOT (mode = 'active' AND EXISTS (FROM told_lately AS l WHERE l.user_id = t.user_id AND l.kind = t.kind))
    AND NOT list_contains(codes(sensitive_channels), channel) AND list_has_all(getvariable('known_channels'), codes(sensitive_channels))
    AND NOT list_has_any(codes(disturbed_channels), ['all', channel])
    AND list_has_all(list_append(getvariable('known_channels'), 'all'), codes(disturbed_channels))
    AND NOT list_has_any(coalesce(scopes, []), ['all', channel]) AND EXISTS (FROM delivered WHERE feed = 'no_call');

-- The value of a contact, and its place among all who are eligible.
CREATE TABLE valued AS
SELECT *, row_number() OVER (PARTITION BY scenario ORDER BY value_fen DESC, city NULLS FIRST, county NULLS FIRST, subscriber_id) AS rank,
    draw('universal', subscriber_id) < 20000 OR draw(scenario, subscriber_id) < 100000 AS is_held_out,
    draw('explore:' || night() || ':' || scenario, subscriber_id) AS explore_draw
FROM (
    SELECT e.*, CASE mode WHEN 'passive' THEN 100 ELSE 1000 END AS shown, mean_ppm * shown / 1000 AS assumed_ppm,
        greatest(assumed_ppm ** 2, (effect_ppm - assumed_ppm) ** 2 - error_ppm ** 2) AS spread,
        CASE WHEN effect_ppm IS NULL THEN coalesce(score_ppm, 10000) * shown // 1000
            ELSE greatest(0, least(1000000, round(round(assumed_ppm + spread / (spread + error_ppm ** 2) * (effect_ppm - assumed_ppm))
                * coalesce(score_ppm / mean_ppm, 1)))) END AS take_up_ppm,
        floor(take_up_ppm * (fee_fen * 6 * margin // 1000 - 500) / 1000000)::BIGINT
        - ceil(cost_fen * short_messages * shown / 1000)::BIGINT
        - CASE mode WHEN 'passive' THEN 1 ELSE 5 END AS value_fen
    FROM eligible AS e LEFT JOIN score USING (subscriber_id) LEFT JOIN effect USING (kind, channel)
        CROSS JOIN (SELECT avg(score_ppm) AS mean_ppm FROM score)
);

-- Chance chooses for a few. All others get both offers, or the better one if the caps leave room for one.
CREATE TABLE fitting AS
SELECT *, mode = 'active' AS is_active, least(1 - coalesce(active_3d, 0), 4 - coalesce(active_30d, 0)) AS active_left,
    8 - coalesce(all_30d, 0) AS all_left
FROM valued LEFT JOIN counted USING (user_id) WHERE all_left >= 1 AND (mode != 'active' OR active_left >= 1);
CREATE TABLE explored AS
SELECT user_id, scenario FROM fitting WHERE explore_draw < 30000
QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY explore_draw, scenario) = 1;
CREATE TABLE picked AS
SELECT user_id, scenario FROM fitting WHERE value_fen > 0 AND user_id NOT IN (SELECT user_id FROM explored)
WINDOW best AS (PARTITION BY user_id ORDER BY value_fen DESC, scenario)
QUALIFY row_number() OVER best <= all_left AND (NOT is_active OR count(*) FILTER (is_active) OVER best <= active_left)
UNION ALL FROM explored;

CREATE TABLE decided AS
SELECT v.*, CASE WHEN is_held_out THEN 'held_out' WHEN p.user_id IS NOT NULL THEN 'listed' ELSE 'not_allocated' END AS stage
FROM valued AS v LEFT JOIN picked AS p USING (user_id, scenario);
CREATE TABLE list_row AS
SELECT channel, scenario, city, rank, number, left(sha256(concat_ws(':', night(), scenario, 'wave1', subscriber_id)), 32) AS contact_id,
    product, product_name, resource, resource_name, saving_fen, -saving_fen AS bill_change_fen, message,
    row_number() OVER (PARTITION BY channel, user_id ORDER BY value_fen DESC, scenario) AS place,
    CASE scenario WHEN 'c10_data_without_plan' THEN '有流量无流量套餐客户营销' ELSE '有闲时流量无闲时包客户营销' END
        || ',预计每月省' || yuan(saving_fen) || '元' AS reason
FROM decided CROSS JOIN (FROM resource_catalog WHERE resource = 'credit_5' AND is_on_sale(from_date, to_date))
WHERE stage = 'listed';
CREATE TABLE stage_count AS
SELECT scenario, stage, count(*) FROM decided GROUP BY ALL UNION ALL SELECT scenario, 'audience', count(*) FROM member GROUP BY ALL;
