"""The tags that say most about a customer, for the unified customer view 客户统一视图."""

# By family, in the order of the screen. Identity, tier, segment and labels have columns of their own.
TAGS_SHOWN = {
    "lifecycle": ("steady_stage", "tenure_days"),
    "identity": ("identity", "identity_confidence"),
    "terminal": ("terminal_brand", "terminal_model", "network", "handset_months", "is_4g_unused_30d"),
    "usage": ("data_bytes_30d", "voice_s_30d", "sms_count_30d", "off_net_share_3m", "roaming_share_3m", "data_trend_3m"),
    "billing": ("mean_bill_fen_3m", "bill_trend_3m", "allowance_use_1m", "is_in_debt"),
    "content": ("preferred_category", "top_apps_30d", "reading_genre_90d"),
    "product": ("data_plan", "holds_idle_pack", "trials_held"),
    "location": ("home_county_30d", "work_county_30d", "roaming_city_30d", "permanent_region"),
    "channel": ("preferred_channel", "best_contact_time", "contacts_30d", "contact_fatigue"),
    "service": ("complaints_90d", "last_consultation_topic_30d", "satisfied_share_90d", "wants_no_marketing"),
    "social": ("family_size", "family_with_data_plan", "group_data_plan_share"),
    "value": ("contribution_trend", "is_negative_value"),
    "platform": ("top_app_30d", "apps_used_30d", "silent_apps"),
    "profile": ("card_level", "days_to_cancellation", "days_to_anniversary"),
}
