"""Assessment 统一需求评估."""
