"""What is done first when more is asked than can be answered, and how long anybody waits.

`worth` names what requests are worth; `admission` decides who is let in, `strain` and `limit`
what that depends on; `door` puts them together for a process. `budgets` and `breakers` bound what
one service asks of another. All but `door` and `budgets` is pure.
"""
