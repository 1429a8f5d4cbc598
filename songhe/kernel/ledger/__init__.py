"""The ledger 账本: double entry in whole fen, minutes or points.

A posting 记账 sums to zero and has a key of its own; the same posting sent twice is one posting.
Nothing is changed afterwards: a mistake is reversed 冲正 and posted again. A balance is the sum
of its entries and is never stored; an account may have a floor under which it refuses to go.

    fund = open_account("ltci", "fund", name="长护险基金", unit=Unit.FEN)
    post("claim:2026-11:…", [(fund, -5850), (provider, 6500), (person, -650)], by=post_of_clerk)

Write through `actions`, read through `queries`; both are importable from their modules.
"""
